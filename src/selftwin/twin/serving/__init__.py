"""The twin reached from other processes: commands over a local socket, heavy work next door; no value runs as code."""
