"""Commands that bring data in, take it back, and look after the twin."""
