"""Kinds of watches on a body: one file each, with one object `WATCH`."""
