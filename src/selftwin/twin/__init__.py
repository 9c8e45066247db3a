"""Opens a vault and joins gate, sources and domains."""

from selftwin.twin.twin import Twin

__all__ = ["Twin"]
