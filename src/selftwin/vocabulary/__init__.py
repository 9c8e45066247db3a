"""The words every floor shares: signals, units, observations, estimates, faults and errors."""
