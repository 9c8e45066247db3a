"""One file each: a model that takes the steps of a scenario and tells two futures."""
