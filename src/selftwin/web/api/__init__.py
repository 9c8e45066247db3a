"""The API by resource: one file with its routes each, found by looking at this folder."""
