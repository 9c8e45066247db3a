"""Noticing early, without crying wolf."""
