"""Selftwin: a private digital twin of a person."""
