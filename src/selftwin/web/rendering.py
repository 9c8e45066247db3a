"""Pages out of templates: words from one catalogue per language, and addresses that never leave this server."""

from __future__ import annotations

import json
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from selftwin.vocabulary.errors import SelftwinError
from selftwin.web import tables, ways
from selftwin.wording import words
from selftwin.wording.measures import measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HERE = Path(__file__).parent
STATIC = HERE / "static"
LANGUAGES = ("en",)


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates of the frame and of every page; what is missing in one raises rather than vanishes."""
    made = Environment(
        loader=ChoiceLoader([FileSystemLoader(HERE / "templates"), FileSystemLoader(HERE / "pages")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"asset": asset, "count": words.count, "day": words.day, "sureness": words.sureness}
    made.globals |= {"measure": measure, "stamp": words.stamp, "table_body": tables.body}
    made.filters["paged"] = ways.paged
    return made


def render(template: str, context: Mapping[str, Any], *, path: str, lang: str = "en") -> str:
    """The page; `path` is what was asked for, from which its addresses lead."""
    up = "../" * path.lstrip("/").count("/")
    return environment().get_template(template).render(
        {"t": texts(lang), "lang": lang, "url": lambda to="": f"{up}{to}" or "./"} | dict(context)
    )


class Texts:
    """The words of one language: `t("frame.locks", minutes=14)`."""

    def __init__(self, lang: str) -> None:
        self._words = dict(_flat(lang))

    def __call__(self, key: str, **fields: object) -> str:
        """The words of that key with the fields filled in. Raises SelftwinError where the catalogue has none."""
        try:
            said = self._words[key]
        except KeyError:
            raise SelftwinError(f"The catalogue of texts has no {key!r}.") from None
        return said.format(**fields) if fields else said

    def __contains__(self, key: str) -> bool:
        return key in self._words

    def html(self, key: str, **fields: object) -> Markup:
        """The same with marks such as <b> in it; the fields are escaped."""
        return Markup(self._words[key]).format(**fields)  # noqa: S704 - the catalogue is ours, fields are escaped


@lru_cache(maxsize=len(LANGUAGES))
def texts(lang: str) -> Texts:
    """The catalogue of a language, English where there is none."""
    return Texts(lang if lang in LANGUAGES else "en")


def _flat(lang: str) -> Iterator[tuple[str, str]]:
    for file in sorted((HERE / "texts" / lang).glob("*.toml")):
        yield from _under(file.stem, tomllib.loads(file.read_text("utf-8")))


def _under(name: str, found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in found.items():
        if isinstance(value, dict):
            yield from _under(f"{name}.{key}", value)
        else:
            yield f"{name}.{key}", str(value)


def asset(name: str) -> str:
    """The path below the root of a built file, `static/app.js`; its content is in the name, so that it may be kept."""
    return f"static/{_manifest().get(name, name)}"


@lru_cache(maxsize=1)
def _manifest() -> dict[str, str]:
    file = STATIC / "manifest.json"
    if not file.is_file():
        raise SelftwinError("The pages' scripts and styles were not built.", hint="Run `make front`.")
    found: dict[str, str] = json.loads(file.read_text("utf-8"))
    return found
