"""One file each: a published equation from what is known of a person to the chance of an outcome."""
