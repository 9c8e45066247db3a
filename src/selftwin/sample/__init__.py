"""A made-up person with known causes: a coherent life, written as the export files of many devices and apps.

>>> life = live(days=60)
>>> str(life.plan.day(59))
'2026-03-12'
"""

from selftwin.sample.life import Life, digest, live
from selftwin.sample.writing import write

__all__ = ["Life", "digest", "live", "write"]
