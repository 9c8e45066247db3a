"""Arrays in, arrays out: methods that know no person."""
