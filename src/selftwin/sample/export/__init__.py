"""The sample life as its devices and apps export it, each format as the real ones write it (docs/sample.md)."""
