"""What a file's own test shows of it: the specimen that the promises of every model and every watch run on."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).parent.parent
DUTIES = ("## What it does", "## For whom not", "## Data it needs", "## Equations and source", "## Validation",
          "## Known failures")  # fmt: skip


def specimen(thing: object) -> Any:
    """What `specimen()` gives in the one test of the file that the thing stands in."""
    module = type(thing).__module__
    path = HOUSE / "tests" / Path(*module.split(".")[1:-1]) / f"test_{module.rpartition('.')[2]}.py"
    spec = spec_from_file_location(f"specimen_{path.stem}", path)
    assert spec
    assert spec.loader
    held = module_from_spec(spec)
    spec.loader.exec_module(held)
    return held.specimen()


def duties_left(name: str) -> list[str]:
    """The headings that a card lacks."""
    card = (HOUSE / "docs" / "models" / f"{name}.md").read_text()
    return [duty for duty in DUTIES if duty not in card]
