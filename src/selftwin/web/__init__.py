"""The web door: pages and an HTTP API over the twins that one process owns, on this machine alone. `selftwin serve`."""
