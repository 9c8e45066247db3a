"""One file each: what can be read off one part of a body now, as figures with their width."""
