"""Goals: what a target takes, the chance of getting there, progress, and the plan anew as data come."""
