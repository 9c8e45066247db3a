"""Nightscout: the glucose, insulin and meals of a closed loop or a follower's site.

Owners find them at their site under `/api/v1/entries.json?count=1000000`, `/api/v1/treatments.json?count=100000` and
`/api/v1/profile.json` (with a token), or as `mongoexport` of the collections entries, treatments and profile.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from selftwin.sources._bad_records import unreadable
from selftwin.sources._json_stream import objects
from selftwin.sources._nightscout_profiles import profiles
from selftwin.sources._nightscout_rows import FIELDS, entries, error_code, in_mmol, plain, treatments
from selftwin.sources._table_cells import numbers
from selftwin.sources.reader.contract import Part, observations

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources._json_stream import Objects
    from selftwin.sources.reader.members import Member

MOST_KINDS = 200
_GROUPED = re.compile(rb'\s*\{\s*(?:"[A-Za-z_]{1,40}"\s*:\s*[^\[{]{0,400},\s*)*"[A-Za-z_]{1,40}"\s*:\s*\[\s*[{\]]')
_JSON = re.compile(rb"^(?:\xef\xbb\xbf)?\s*[\[{]")
_EVENTS = (
    "Meal Bolus|Snack Bolus|Correction Bolus|Combo Bolus|Bolus Wizard|Bolus|SMB|External Insulin|Carb Correction|"
    "Temp Basal|Temporary Target|Temporary Override|Profile Switch|BG Check|Site Change|Insulin Change|"
    "Pump Battery Change|Sensor (?:Start|Change|Stop)|Suspend Pump|Resume Pump|Exercise|Announcement|Note|Question|"
    "OpenAPS Offline|D\\.A\\.D\\. Alert|<none>|Effective Profile Switch|Insulin Cartridge Change"
)
_WITHIN = rb'(?:[^{}]|\{\s*"\$[^{}]{0,60}\}){0,600}?'  # other fields of the same object
_MARKS = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        rb'"(?:sgv|mbg)"\s*:' + _WITHIN + rb'"(?:date|dateString|sysTime)"\s*:',
        rb'"(?:date|dateString|sysTime)"\s*:' + _WITHIN + rb'"(?:sgv|mbg)"\s*:',
        rb'"eventType"\s*:\s*"(?:' + _EVENTS.encode() + rb')"',
        rb'"(?:defaultProfile|store)"\s*:.{0,60000}"(?:carbratio|basal|sens)"\s*:',
        rb'"(?:openaps|loop|uploader|uploaderBattery)"\s*:',
    )
)
_NEEDED = (b'"date', b'"date', b'"created_at"', b'"startDate"', b'"created_at"')


@dataclass(frozen=True, slots=True)
class Nightscout:
    """The source of Nightscout's collections, alone or together in one file."""

    name: str = "nightscout"
    title: str = "Nightscout"
    reads: str = "Glucose, insulin, meals and the settings of a pump."
    version: int = 2
    rank: int = 3
    how_to_export: str = (
        "Save /api/v1/entries.json?count=1000000, /api/v1/treatments.json?count=100000 and /api/v1/profile.json of "
        "your site, or mongoexport the collections."
    )

    def recognises(self, member: Member) -> bool:
        """Whether the first bytes are JSON with the fields of one of the collections."""
        head = member.head()
        if not _JSON.match(head):
            return False
        return any(needed in head and mark.search(head) for mark, needed in zip(_MARKS, _NEEDED, strict=True))

    def subjects(self, member: Member) -> tuple[str, ...]:
        """One unnamed person."""
        return ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """The records in blocks. Raises BrokenExport where the JSON never ends an object."""
        mmol: bool | None = None
        for block in objects(member, _where(member.head(4096)), FIELDS):
            rows = plain(block.rows)
            mmol = in_mmol(rows) if mmol is None and rows["sgv"].count() else mmol
            yield _part(member.path, block, rows, mmol=bool(mmol))


def _where(head: bytes) -> tuple[str, ...]:
    """Whether the records stand on lines of their own or in one array, or in arrays of one object by collection."""
    return ("*[]",) if _GROUPED.match(head.removeprefix(b"\xef\xbb\xbf")) else ("", "[]")


def _part(path: str, block: Objects, rows: pl.DataFrame, *, mmol: bool) -> Part:
    import polars as pl

    kinds = rows.with_columns(kind=_kind()).with_columns(pl.col("kind").fill_null("unknown"))
    void = (pl.col("isValid").str.to_lowercase() == "false").fill_null(value=False)
    valid = kinds.filter(~void)
    readers = ((("sgv", "mbg"), partial(entries, mmol=mmol)), (("treatment",), treatments), (("profile",), profiles))
    some = [(reader, valid.filter(pl.col("kind").is_in(names))) for names, reader in readers]
    told = [reader(records) for reader, records in some if records.height]
    made = pl.concat(told or [profiles(valid.clear())], how="vertical_relaxed")
    silent = kinds.join(made.select("record").unique(), on="record", how="anti")
    return Part(
        rows=observations(made),
        read=block.count,
        passed=silent.height,
        faults=tuple(unreadable(path, block)),
        kinds=_counted(kinds) | ({"unreadable": len(block.bad)} if block.bad else {}),
        notes=tuple(_why(silent, void, mmol=mmol)),
        first_record=block.first,
    )


def _kind() -> pl.Expr:
    """Which collection a record belongs to: by its type, its event, or the fields it has."""
    import polars as pl

    names = ("sgv", "mbg", "store", "eventType", "carbs", "insulin", "slope")
    has = {name: pl.col(name).is_not_null() for name in names}
    status = pl.any_horizontal(pl.col("openaps", "loop", "pump", "uploader", "uploaderBattery").is_not_null())
    return (
        pl.when(has["store"]).then(pl.lit("profile"))
        .when(has["eventType"] | has["carbs"] | has["insulin"]).then(pl.lit("treatment"))
        .when(has["sgv"]).then(pl.lit("sgv"))
        .when(has["mbg"]).then(pl.lit("mbg"))
        .when(status).then(pl.lit("devicestatus"))
        .when(has["slope"] | (pl.col("type") == "cal")).then(pl.lit("cal"))
    )  # fmt: skip


def _counted(kinds: pl.DataFrame) -> dict[str, int]:
    """Records by type; treatments by the name of their event."""
    import polars as pl

    named = pl.when(pl.col("kind") == "treatment").then(pl.col("eventType").fill_null("treatment").str.slice(0, 40))
    counts = kinds.select(name=named.otherwise(pl.col("kind"))).group_by("name").len().sort("len", descending=True)
    kept = dict(counts.head(MOST_KINDS).iter_rows())
    rest = int(counts.slice(MOST_KINDS)["len"].sum())
    return {**kept, "others": rest} if rest else kept


def _why(silent: pl.DataFrame, void: pl.Expr, *, mmol: bool) -> Iterator[str]:
    """Notes on what was passed over, and why."""
    import polars as pl

    counted = silent.with_columns(numbers(silent["sgv"]).alias("value")).with_columns(
        void=void, code=error_code(pl.col("value"))
    )
    for where, note in (
        (pl.col("void"), "records their program has withdrawn (isValid false) are passed over"),
        ((pl.col("kind") == "sgv") & pl.col("code"), "sensor values under 39 mg/dL are error codes, passed over"),
        (pl.col("kind") == "devicestatus", "the state of uploaders, pumps and loops is passed over"),
        (pl.col("kind") == "cal", "sensor calibrations (slope and intercept) are passed over"),
        ((pl.col("kind") == "treatment") & ~pl.col("void"), "treatments that say nothing are passed over"),
        (pl.col("kind") == "unknown", "records of no known collection are passed over"),
    ):
        if counted.filter(where).height:
            yield note
    if mmol:
        yield "sensor values are read as mmol/L, told from their size"


SOURCE = Nightscout()
