"""Settings: the units you read in, light or dark, where your clock stood, and the keys to the twin."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from selftwin.vocabulary.errors import SelftwinError, UsageError, WrongPassphrase
from selftwin.vocabulary.zones import zone
from selftwin.web import capsules
from selftwin.web.guesses import TooOften
from selftwin.web.page import Outcome, Page, Section
from selftwin.web.pages._settings_units import KINDS, chosen, settled
from selftwin.web.rendering import texts
from selftwin.web.strength import strength
from selftwin.wording.clock import there
from selftwin.wording.settings import config_file, keep_units, settings

if TYPE_CHECKING:
    from selftwin.vocabulary.zones import ZoneTimeline
    from selftwin.web.page import Form, Visit

PATH = "settings"
JOBS = 12  # of the newest that are shown
_MINUTE = timedelta(minutes=1)  # a page tells a stay to the minute


def show(visit: Visit) -> dict[str, Any]:
    """What stands on the page."""
    timeline = visit.twin.zones
    units = settings().units
    return {
        "kinds": [(kind, chosen(kind, units)) for kind in KINDS],
        "home": timeline.home,
        "journeys": _journeys(timeline),
        "zones": _zones(),
        "file": config_file(),
        "place": visit.held.place,
        "secret_lies": visit.twin.secret_lies,
        "jobs": list(visit.jobs)[: -JOBS - 1 : -1],
        "code": "",
        "wrong": "",
        "typed": {},
    }


def _zones() -> list[str]:
    """The zones of the world by their usual names."""
    return sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix")))


def _journeys(timeline: ZoneTimeline) -> list[tuple[str, str, str]]:
    """Where the clock stood when, away from home: the zone, from and until, on that zone's clock."""
    told = []
    for number, stay in enumerate(timeline.stays):
        if stay.zone == timeline.home:
            continue
        ends = timeline.stays[number + 1].since if number + 1 < len(timeline.stays) else None
        clock = zone(stay.zone)
        until = "" if ends is None else f"{ends.astimezone(clock):%Y-%m-%d %H:%M}"
        told.append((stay.zone, f"{stay.since.astimezone(clock):%Y-%m-%d %H:%M}", until))
    return told


def units(_: Visit, form: Form) -> Outcome:
    """Read in these units from now on."""
    keep_units(settled(settings().units, dict(form)))
    return Outcome(PATH, say=texts("en")("settings.units_kept"))


def home(visit: Visit, form: Form) -> Outcome:
    """Live in another zone."""
    name = form.said("zone")
    try:
        visit.twin.zones = visit.twin.zones.with_home(name)
    except UsageError as error:
        return _again(error, form)
    return Outcome(PATH, say=texts("en")("settings.home_kept", zone=name))


def journey(visit: Visit, form: Form) -> Outcome:
    """Note a journey."""
    name = form.said("zone")
    try:
        zone(name)
        since, until = there(form.said("since"), name), there(form.said("until"), name)
        visit.twin.zones = visit.twin.zones.with_journey(since, until, name)
    except UsageError as error:
        return _again(error, form)
    return Outcome(PATH, say=texts("en")("settings.journey_kept", zone=name))


def forget_journey(visit: Visit, form: Form) -> Outcome:
    """Take a journey out again: the clock stood at home then."""
    timeline, name = visit.twin.zones, form.said("zone")
    try:
        since = there(form.said("since"), name)
    except UsageError as error:
        return _again(error, form)
    found = [n for n, one in enumerate(timeline.stays) if one.zone == name and abs(one.since - since) < _MINUTE]
    if not found:
        return _again(UsageError(texts("en")("settings.journey_unknown")), form)
    home_then = replace(timeline.stays[found[0]], zone=timeline.home)
    stays = (*timeline.stays[: found[0]], home_then, *timeline.stays[found[0] + 1 :])
    visit.twin.zones = replace(timeline, stays=stays)
    return Outcome(PATH, say=texts("en")("settings.journey_gone"))


def passphrase(visit: Visit, form: Form) -> Outcome:
    """Another passphrase from now on; every other browser that came in by the old one is out."""
    t = texts("en")
    old, new, again = form.get("old", ""), form.get("new", ""), form.get("again", "")
    if new != again:
        return _again(UsageError(t("settings.differ")), form)
    if not strength(new).enough:
        return _again(UsageError(t("settings.weak")), form)
    try:
        visit.held.prove(old)
        visit.twin.change_passphrase(old, new)
    except (WrongPassphrase, TooOften) as error:
        return _again(error, form)
    return Outcome(PATH, say=t("settings.passphrase_kept"), begins=True)


def capsule(visit: Visit, _: Form) -> Outcome:
    """A recovery capsule, whose code is shown once; its file is fetched from the same page."""
    made = capsules.make(visit.twin)
    visit.session.files["recovery.capsule"] = made.file
    return Outcome(context={"code": made.code}, fine=True)


def stop(visit: Visit, form: Form) -> Outcome:
    """Stop a job."""
    visit.jobs.get(form.said("job")).stop()
    return Outcome(PATH)


def _again(error: SelftwinError, form: Form) -> Outcome:
    typed = {name: value for name, value in form.items() if name in {"zone", "since", "until"}}
    return Outcome(context={"wrong": f"{error} {error.hint}".strip(), "typed": typed})


PAGE = Page(
    path=PATH,
    show=show,
    section=Section.SELF,
    order=1,
    actions={
        "units": units,
        "home": home,
        "journey": journey,
        "forget-journey": forget_journey,
        "passphrase": passphrase,
        "capsule": capsule,
        "stop": stop,
    },
)
