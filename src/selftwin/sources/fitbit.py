"""Fitbit, in both its exports: Google Takeout (takeout.google.com, "Fitbit" or "Google Health") and the older archive
of fitbit.com (Settings, Data Export, "Export your account archive").

Both hold many small files; each is recognised by its name and first bytes, wherever it lies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources._fitbit_csv import described, read_table
from selftwin.sources._fitbit_json import whole
from selftwin.sources._fitbit_logs import LOGS, read_logs
from selftwin.sources._fitbit_series import SERIES, family, read_series, shaped
from selftwin.sources._fitbit_sleep import read_sleep
from selftwin.sources._fitbit_stamps import SOURCE_NAME
from selftwin.sources.reader.contract import Part, observations
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selftwin.sources.reader.members import Member

_FOLDER = re.compile(r"(?i)(?:^|/)(?:fitbit|google health|MyFitbitData|user-site-export|global export data)/")
_FIRST_KEY = re.compile(rb'\s*\[\s*(?:\{\s*"(?P<key>[A-Za-z]+)"|\])')
_LOG_KEYS = {b"logId", b"dateOfSleep", b"activityName", b"startTime", b"weight", b"date", b"logDate"}
_README = re.compile(r".*readme.*\.(?:txt|md)")
_BADGES = re.compile(r"badge(?:-[\d-]+)?\.json")


@dataclass(frozen=True, slots=True)
class Fitbit:
    """The export of a Fitbit account, file by file."""

    name: str = SOURCE_NAME
    title: str = "Fitbit"
    reads: str = "Steps, heart, sleep, oxygen, temperature, weight, food and mindfulness."
    version: int = 2
    rank: int = 2
    how_to_export: str = (
        "takeout.google.com: deselect all, choose Fitbit (or Google Health), and download the archive; "
        "no need to unpack it."
    )

    def recognises(self, member: Member) -> bool:
        """By name and first bytes: a known family, any series in a Fitbit folder, or a file known to be idle."""
        return _kind(member) != ""

    def subjects(self, member: Member) -> tuple[str, ...]:
        """A Fitbit export is of one account."""
        del member
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The member's parts; raises BrokenExport where it is cut off."""
        del subject
        kind, named = _kind(member), family(member.name)
        if kind == "table" and (found := described(member)):
            yield from read_table(member, *found)
        elif kind == "series":
            yield from read_series(member, named)
        elif kind == "log":
            yield from read_sleep(member) if named == "sleep" else read_logs(member, named)
        elif kind in _WHY:
            yield _idle(member, kind)
        else:
            raise BrokenExport(f"{member.path} is no file of a Fitbit export that can be read.")


def _kind(member: Member) -> str:
    """`table`, `series`, `log`, one of the files with nothing to read, or nothing."""
    name, inside = member.name, _FOLDER.search(member.path.replace("\\", "/")) is not None
    if name.endswith(".csv"):
        return _kind_of_csv(member, inside=inside)
    if name.endswith(".json"):
        return _kind_of_json(member, inside=inside)
    return "readme" if inside and _README.fullmatch(name) else ""


def _kind_of_csv(member: Member, *, inside: bool) -> str:
    if described(member) is not None:
        return "table"
    return "no data" if inside and member.head(64).strip().lower() == b"no data" else ""


def _kind_of_json(member: Member, *, inside: bool) -> str:
    named, head = family(member.name), member.head().removeprefix(b"\xef\xbb\xbf")
    if inside and _BADGES.fullmatch(member.name):
        return "badges"
    if (first := _FIRST_KEY.match(head)) is None:
        return ""
    if named in LOGS or named == "sleep":
        return "log" if first["key"] in _LOG_KEYS or (first["key"] is None and inside) else ""
    if named in SERIES and (shaped(head) or (first["key"] is None and inside)):
        return "series"
    return "series" if named and inside and shaped(head) else ""


_WHY = {
    "badges": "badges: rewards, and nothing measured",
    "readme": "readme: Fitbit's explanation of its files",
    "no data": "a file that says it holds no data",
}


def _idle(member: Member, kind: str) -> Part:
    """A part that passes over everything in a file with nothing to read."""
    import polars as pl

    read = len(whole(member)) if kind == "badges" else 1
    none = pl.DataFrame(schema={"record": pl.UInt32, "signal": pl.String, "source": pl.String})
    return Part(observations(none), read, read, kinds={kind: read}, notes=(_WHY[kind],) if read else ())


SOURCE = Fitbit()
