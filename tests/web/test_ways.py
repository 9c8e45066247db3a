"""What the twin says of its commands leads, on a page, to the page that does the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from selftwin import discover
from selftwin.web.rendering import environment, texts
from selftwin.web.ways import WAYS, way

if TYPE_CHECKING:
    from selftwin.web.page import Page

SOURCE = Path(__file__).parents[2] / "src" / "selftwin"
FLOORS = ("consent", "domains", "twin", "vault", "vocabulary")  # whose errors reach the pages
PAGES: list[Page] = discover.pages()


def shown(said: object) -> str:
    context: dict[str, Any] = {"said": said, "t": texts("en"), "url": lambda to="": f"../{to}"}
    return environment().from_string("{{ said | paged }}").render(context)


@pytest.mark.parametrize(("path", "key"), sorted({(path, key) for _, path, key in WAYS}))
def test_a_way_leads_to_a_page_by_its_name(path: str, key: str) -> None:
    page = next(page for page in PAGES if page.path == path.partition("/")[0])
    assert page.deep or "/" not in path
    assert texts("en")(key)


def test_every_command_that_an_error_names_has_its_page() -> None:
    told = {
        command
        for floor in FLOORS
        for file in (SOURCE / floor).rglob("*.py")
        for hint in re.findall(r'hint\s*=\s*f?"[^"]*"', file.read_text("utf-8"))
        for command in re.findall(r"`(selftwin [^`]*)`", hint)
    }
    assert len(told) > 20
    assert not [command for command in told if way(command) is None]


def test_the_longest_beginning_of_a_command_stands_first() -> None:
    starts = [start for start, *_ in WAYS]
    shadowed = [one for place, one in enumerate(starts) if any(one.startswith(before) for before in starts[:place])]
    assert not shadowed


def test_a_command_becomes_a_link_and_the_rest_stays_text() -> None:
    said = shown("There are no days of <b> yet. `selftwin import PATH` reads an export.")
    assert said == 'There are no days of &lt;b&gt; yet. <a href="../import">Import</a> reads an export.'


def test_what_only_a_command_does_stays_a_command() -> None:
    assert shown("Run `selftwin serve` again.") == "Run <code>selftwin serve</code> again."
    assert shown("`party` is <who>") == "<code>party</code> is &lt;who&gt;"


def test_options_are_left_out_where_something_else_is_left_to_say() -> None:
    assert shown("Choose one with --subject ID; people are never merged.") == "People are never merged."
    assert shown("Say which. `selftwin sources` lists them; --source NAME forces one.") == (
        'Say which. <a href="../import">Import</a> lists them.'
    )
    alone = "If you restored a backup on purpose, add --accept-older to the command."
    assert shown(alone) == alone
    assert shown("An experiment -- of sorts; and more.") == "An experiment -- of sorts; and more."
