"""The pages: one file with its template each, found by looking at this folder."""
