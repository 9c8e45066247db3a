"""A made-up person with known causes: a coherent life, written as the export files of many devices and apps.

>>> from selftwin.sample import live, write
>>> paths = write(live(days=60), folder)  # doctest: +SKIP
"""

from selftwin.sample.life import Life, digest, live
from selftwin.sample.writing import write

__all__ = ["Life", "digest", "live", "write"]
