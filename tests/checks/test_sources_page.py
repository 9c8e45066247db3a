"""The list of sources in the docs says what the sources say."""

from __future__ import annotations

from checks.sources_page import PAGE, page


def test_every_source_is_listed_as_it_speaks_of_itself() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m checks.sources_page`"
