"""Exports in, observations out: each public file is one source, found by `discover`. No keys, no network."""
