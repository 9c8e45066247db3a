"""Finds what the house is made of by walking its files, so that a source or a model is one file and no registration.

A public file of a package holds one object under an agreed name (`SOURCE` in `selftwin.sources`); folders hold what
files share. Packages from outside offer theirs by entry point and stay asleep, unimported, until the owner names them.
"""

from __future__ import annotations

import importlib
import pkgutil
from importlib.metadata import entry_points
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeVar

from selftwin.vocabulary.errors import SelftwinError, UsageError

if TYPE_CHECKING:
    from collections.abc import Collection
    from importlib.metadata import EntryPoint
    from types import ModuleType

SOURCES = "selftwin.sources"
DOMAINS = "selftwin.domains"

Found = TypeVar("Found")  # only callers know what they look for: `every: list[Source] = discover.sources()`


def modules(package: str) -> list[str]:
    """Full names of the public files and folders of a package, in order, without importing any of them.

    >>> modules("selftwin.vocabulary")[0]
    'selftwin.vocabulary.account'
    """
    return [f"{package}.{entry.name}" for entry in _public(package)]


def files(package: str) -> list[str]:
    """Full names of the public files alone, in order, without importing any of them."""
    return [f"{package}.{entry.name}" for entry in _public(package) if not entry.ispkg]


def objects(package: str, attribute: str, *, awake: Collection[str] = ()) -> list[Found]:
    """The object of that name from every public file, then from each outside package named in `awake`.

    Raises SelftwinError where a file lacks its object, UsageError where no package offers a name in `awake`.
    """
    inside: list[Found] = [_held(importlib.import_module(name), attribute) for name in files(package)]
    return inside + [_woken(package, name) for name in sorted(set(awake))]


def sources(*, awake: Collection[str] = ()) -> list[Found]:
    """Every source of the house, in order of file name, then those from outside that the owner has named."""
    return objects(SOURCES, "SOURCE", awake=awake)


def simulators() -> list[Found]:
    """Every simulator of every domain: one file in its folder `simulators` each."""
    return _within("simulators", "SIMULATOR")


def risks() -> list[Found]:
    """Every risk equation of every domain: one file in its folder `risks` each."""
    return _within("risks", "RISK")


def chapters() -> list[Found]:
    """Every chapter of the report on a body: one file in a domain's folder `chapters` each."""
    return _within("chapters", "CHAPTER")


def watches() -> list[Found]:
    """Every kind of watch of every domain: one file in its folder `watches` each."""
    return _within("watches", "WATCH")


def pages() -> list[Found]:
    """Every page of the web door: one file with its template each."""
    return objects("selftwin.web.pages", "PAGE")


def routes() -> list[Found]:
    """Every part of the web door's API: one file each."""
    return objects("selftwin.web.api", "ROUTER")


def _within(folder: str, attribute: str) -> list[Found]:
    """The objects of that name in the folder of that name of every domain that has one."""
    places = [f"{domain}.{folder}" for domain in modules(DOMAINS) if find_spec(f"{domain}.{folder}") is not None]
    found: list[Found] = []
    for place in places:
        found += objects(place, attribute)
    return found


def asleep(package: str) -> list[str]:
    """Names that outside packages offer for this package of ours; nothing of them is imported."""
    return sorted({entry.name for entry in entry_points(group=package)})


def _public(package: str) -> list[pkgutil.ModuleInfo]:
    spec = find_spec(package)
    if spec is None or spec.submodule_search_locations is None:
        raise SelftwinError(f"{package} is not a package: nothing can be found in it.")
    entries = pkgutil.iter_modules(spec.submodule_search_locations)
    return sorted((entry for entry in entries if not entry.name.startswith("_")), key=lambda entry: entry.name)


def _held(module: ModuleType, attribute: str) -> Any:
    try:
        return getattr(module, attribute)
    except AttributeError:
        raise SelftwinError(
            f"{module.__name__} holds no {attribute}.",
            hint=f"Give the file one object named {attribute}, or a name that starts with an underscore.",
        ) from None


def _woken(package: str, name: str) -> Any:
    offered = list(entry_points(group=package, name=name))
    if not offered:
        raise UsageError(
            f"No installed package offers {name!r} for {package}.",
            hint=f"Offered are: {', '.join(asleep(package)) or 'none'}.",
        )
    if len(offered) > 1:
        raise UsageError(f"{len(offered)} installed packages offer {name!r} for {package}: keep one of them.")
    return _loaded(offered[0])


def _loaded(entry: EntryPoint) -> Any:
    try:
        return entry.load()
    except Exception as error:  # a foreign package may fail in any way
        raise SelftwinError(
            f"{entry.name!r} from outside cannot be loaded: {type(error).__name__} in {entry.value}.",
            hint="Mend or remove that package; your twin is untouched.",
        ) from error
