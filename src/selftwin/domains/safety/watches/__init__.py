"""Watches that a person can set on what keeps them safe: one file each."""
