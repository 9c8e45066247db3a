"""The record: who read you, when, what for and by which grant, what was refused; and whether all of it is whole."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from selftwin.consent.grant import OWNER
from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.observation import EARLIEST_YEAR, LATEST_YEAR
from selftwin.web import passing
from selftwin.web.answers import Preparing
from selftwin.web.charts import chain
from selftwin.web.page import Outcome, Page, Section
from selftwin.web.pages._record_lines import kept, names
from selftwin.web.pages._record_told import MOST, Asked, drawn, grouped, lead, named, of_month, readers, told
from selftwin.web.rendering import texts
from selftwin.wording.seals import spoken
from selftwin.wording.words import MONTHS, count, stamp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from selftwin.consent.audit import Wanted
    from selftwin.consent.record import Entry
    from selftwin.consent.verification import Verdict
    from selftwin.twin import Twin
    from selftwin.web.page import Form, Visit

PATH = "record"
SEALS = 7  # of the newest that are drawn
ZIP, NOTE = "record.zip", "checkpoint.txt"


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether the record is whole, and when that was looked at."""

    verdict: Verdict
    at: datetime

    @property
    def said(self) -> str:
        """In words, how many lines were checked and when."""
        minutes = round((datetime.now(UTC) - self.at).total_seconds() / 60)
        t = texts("en")
        ago = t("record.just_now") if minutes < 1 else t("record.ago", time=count(minutes, "minute"))
        return t("record.whole_words", lines=count(self.verdict.size, "line"), ago=ago)


def show(visit: Visit) -> Mapping[str, Any]:
    """A month of the record."""
    lines = kept(visit)
    entries = lines.upto(visit.twin)
    asked = _asked(visit, entries)
    called = names(visit.twin.consent)
    month = of_month(entries, asked.month)
    found = readers(month, asked.month, called)
    said, refused = lead(month, asked.month)
    return {
        "lead": said, "lead_refused": refused, "chart": drawn(found, asked.month, f"{said} {refused}".strip()),
        "readers": found, "asked": asked, "owner": OWNER,
        "seals": _seals(lines.seals), "checked": _checked(visit), "again": f"{datetime.now(UTC):%H%M%S}",
        "month_name": f"{MONTHS[asked.month.month - 1]} {asked.month.year}", "compared": None, "kept_note": "",
        **_paged(month, asked, entries, called), **_choices(entries, called),
    }  # fmt: skip


def _asked(visit: Visit, entries: Sequence[Entry]) -> Asked:
    """What was asked for; without a month the newest, and where a day is named its month."""
    query = visit.query
    month = entries[-1].at.astimezone().date() if entries else date.today()  # noqa: DTZ011 - this machine's calendar
    for said in (query.get("day", ""), f"{query.get('month', '')}-01"):
        try:
            found = date.fromisoformat(said)
        except ValueError:
            continue
        if EARLIEST_YEAR <= found.year < LATEST_YEAR:
            month = found
            break
    before = query.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 12 else 0
    return Asked(month.replace(day=1), query.get("who", ""), query.get("what", "").strip(),
                 query.get("refused") == "yes", number)  # fmt: skip


def _paged(month: Sequence[Entry], asked: Asked, entries: Sequence[Entry], called: Mapping[str, str]) -> dict[str, Any]:
    """A page of lines, newest first, and where the others are."""
    meant = [one for one in month if asked.meant(one) and (not asked.before or one.index < asked.before)]
    runs = grouped(reversed(meant))[:MOST]
    shown = [one for run in runs for one in run]
    rest = len(meant) - len(shown)
    first, last = (entries[0].at, entries[-1].at) if entries else (datetime.now(UTC), datetime.now(UTC))
    earlier, later = _month(asked.month, -1), _month(asked.month, 1)
    t = texts("en")
    return {
        "lines": [told(run, called) for run in runs],
        "shown": t("record.shown", shown=f"{len(shown):,}", all=count(len(entries), "line")),
        "older": _address(asked, before=shown[-1].index) if rest else "",
        "rest": rest,
        "earlier": _address(asked, month=earlier) if _month_of(first) <= earlier else "",
        "later": _address(asked, month=later) if later <= _month_of(last) else "",
        "earlier_name": MONTHS[earlier.month - 1], "later_name": MONTHS[later.month - 1],
        "only_refusals": _address(asked, refused=not asked.refused),
        "whole_month": f"{PATH}?month={asked.month:%Y-%m}",
        "narrowed": bool(asked.who or asked.what or asked.refused),
    }  # fmt: skip


def _choices(entries: Sequence[Entry], called: Mapping[str, str]) -> dict[str, Any]:
    """Who and what lines may be chosen by."""
    who = dict.fromkeys(one.party for one in entries)
    what = {one.signal for one in entries if one.signal and "/" not in one.signal}
    return {
        "everyone": [("", texts("en")("record.everyone")), *((one, called.get(one, one)) for one in who)],
        "everything": [("", texts("en")("record.everything")), *sorted(((key, named(key)) for key in what),
                                                                      key=lambda pair: pair[1])],
    }  # fmt: skip


def _address(asked: Asked, *, month: date | None = None, before: int = 0, refused: bool | None = None) -> str:
    only = asked.refused if refused is None else refused
    said = {"month": f"{month or asked.month:%Y-%m}", "who": asked.who, "what": asked.what,
            "refused": "yes" if only else "", "before": str(before) if before else ""}  # fmt: skip
    return f"{PATH}?{urlencode({name: value for name, value in said.items() if value})}"


def _month(one: date, by: int) -> date:
    place = one.year * 12 + one.month - 1 + by
    return date(max(place // 12, 1), place % 12 + 1, 1)


def _month_of(moment: datetime) -> date:
    return moment.astimezone().date().replace(day=1)


# Whether it is whole


def _checked(visit: Visit) -> Checked | None:
    """The newest check, made anew where that is asked for; None while it goes on."""
    try:
        found: Checked = visit.held.answers.made("record.whole", _check, visit.query.get("check", "")[:8], patience=0.2)
    except Preparing:
        visit.stale = True
        return None
    return found


def _check(twin: Twin) -> Checked:
    return Checked(twin.audit.verify(), datetime.now(UTC))


def _seals(seals: Sequence[Entry]) -> dict[str, Any] | None:
    """The newest seals as a chain, and the last of them in words."""
    if not seals:
        return None
    last, some = seals[-1], seals[-SEALS:]
    first, t = some[0].at.astimezone(), texts("en")
    drawn_ = chain.draw(
        chain.Chain(len(some) + 1, f"{first:%H:%M}" if first.date() == last.at.astimezone().date() else _day(first),
                    t("record.now")),
        name="seals", says=t("record.seals_say", seals=count(len(seals), "seal")),
    )  # fmt: skip
    size, root = _sealed(last.reason)
    rows = [(stamp(one.at), f"{_sealed(one.reason)[0]:,}") for one in reversed(some)]
    return {"chart": drawn_, "at": stamp(last.at), "line": f"{size:,}", "words": " · ".join(spoken(root)), "rows": rows}


def _sealed(note: str) -> tuple[int, str]:
    """How many lines a checkpoint seals, and their root in hex."""
    from base64 import b64decode

    lines = note.splitlines()
    return int(lines[1]), b64decode(lines[2]).hex()


def _day(moment: datetime) -> str:
    return f"{moment.day} {MONTHS[moment.month - 1][:3]}"


def compare(visit: Visit, form: Form) -> Outcome:
    """Hold the record against a checkpoint that somebody kept."""
    note = form.get("note", "").replace("\r\n", "\n")
    if not note.strip():
        raise UsageError(texts("en")("record.no_note"), hint="")
    verdict = visit.twin.audit.verify(note if note.endswith("\n") else f"{note}\n")
    return Outcome(context={"compared": verdict, "kept_note": note}, fine=True)


def checkpoint(visit: Visit, _: Form) -> Outcome:
    """A signed checkpoint of the record as it is, for somebody else to keep."""
    visit.session.files[NOTE] = visit.twin.audit.checkpoint().encode()
    return Outcome(f"file/{NOTE}")


def export(visit: Visit, form: Form) -> Outcome:
    """A copy that anyone can check without the twin, as one file: the lines that are meant, and hashes of the rest."""
    wanted: Wanted = {}
    if form.said("who"):
        wanted["party"] = form.said("who")
    if form.said("what"):
        wanted["signal"] = form.said("what")
    if form.said("refused") == "yes":
        wanted["allowed"] = False
    visit.session.files[ZIP] = bundled(visit.twin, wanted)
    return Outcome(f"file/{ZIP}")


def bundled(twin: Twin, wanted: Wanted) -> bytes:
    """The bundle in memory; the private folder it was made in is gone again."""
    made = io.BytesIO()
    with passing.folder("record") as folder:
        place = folder / "record"
        twin.audit.bundle(place, **wanted)
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(place.iterdir()):
                archive.write(file, f"record/{file.name}")
            archive.writestr("record/README.txt", texts("en")("record.zip_words", verifier=twin.audit.key))
    return made.getvalue()


PAGE = Page(
    path=PATH, show=show, section=Section.KEEP, order=3,
    actions={"compare": compare, "checkpoint": checkpoint, "export": export},
)  # fmt: skip
