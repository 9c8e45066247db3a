"""Watches that a person can set on what is usual for them: one file each."""
