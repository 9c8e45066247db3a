"""Welcome: what this is, a twin of one's own in a few steps, or a look around as somebody made up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from selftwin.vocabulary.errors import SelftwinError, UsageError
from selftwin.vocabulary.zones import zone
from selftwin.web import capsules, made_up
from selftwin.web.capsules import Capsule
from selftwin.web.jobs import State
from selftwin.web.page import Outcome, Page
from selftwin.web.rendering import texts
from selftwin.web.strength import strength
from selftwin.wording.clock import system_zone

if TYPE_CHECKING:
    from selftwin.web.jobs import Job
    from selftwin.web.page import Form, Visit

HERE = "welcome"
STEPS = ("", "own", "sample", "backup")  # before there is a twin
AFTER = ("capsule", "data", "making")


def show(visit: Visit) -> dict[str, Any]:
    """The step that is asked for, of those that make sense now."""
    step = visit.query.get("step", "")
    if visit.twin_less:
        step = step if step in STEPS else ""
    elif step not in AFTER:
        step = "making" if _made(visit) else "data"
    return {
        "step": step, "typed": {}, "wrong": {}, "zone": system_zone(), "job": _made(visit), "capsule": None,
        "zones": sorted(available_timezones()) if step in {"own", "sample"} else [],
        "lengths": made_up.LENGTHS, "place": str(visit.held.place), "waiting": _waiting(visit),
    }  # fmt: skip


def _made(visit: Visit) -> Job | None:
    """The making of the sample, where this server is at it or has done it."""
    found = [job for job in visit.jobs if job.kind == made_up.KIND]
    return found[-1] if found else None


def _waiting(visit: Visit) -> Job | None:
    """A capsule whose code was said and not yet confirmed."""
    found = [job for job in visit.jobs if job.kind == capsules.KIND and isinstance(job.result, Capsule)]
    return found[-1] if found else None


def create(visit: Visit, form: Form) -> Outcome:
    """A twin of one's own."""
    off = _create(visit, form, "own")
    return off or Outcome(f"{HERE}?step=capsule", say=_said(visit, form), begins=True)


def _said(visit: Visit, form: Form) -> str:
    return texts(visit.lang)(f"welcome.strength.{strength(form.get('passphrase', '')).word}")


def sample(visit: Visit, form: Form) -> Outcome:
    """A twin to look around in: it is filled while its page tells how far that is."""
    off = _create(visit, form, "sample")
    if off is not None:
        return off
    days = next((days for days in made_up.LENGTHS if form.said("days") == str(days)), made_up.LENGTHS[0])
    twin, title = visit.held.twin, texts(visit.lang)("welcome.made.title")
    visit.start(made_up.KIND, title, lambda job: made_up.fill(twin, job, days=days), writes=True)
    return Outcome(f"{HERE}?step=making", begins=True)


def _create(visit: Visit, form: Form, step: str) -> Outcome | None:
    """Make the twin; the form again where something of it is off."""
    t, typed, again = texts(visit.lang), form.get("passphrase", ""), form.get("again", "")
    if not visit.twin_less or visit.held.exists:
        raise UsageError("There is a twin here already.", hint="Open it by its passphrase.")
    wrong: dict[str, str] = {}
    if not typed:
        wrong["passphrase"] = t("welcome.wrong.missing")
    elif not strength(typed).enough:
        wrong["passphrase"] = t("welcome.wrong.weak")
    elif typed != again:
        wrong["again"] = t("welcome.wrong.again")
    home = form.said("zone") or system_zone()
    try:
        zone(home)
    except UsageError as error:
        wrong["zone"] = str(error)
    if wrong:
        zones = sorted(available_timezones())
        kept = {"zone": home, "days": form.said("days")}
        return Outcome(context={"step": step, "zones": zones, "wrong": wrong, "typed": kept})
    visit.held.create(typed, home_zone=home)
    return None


def capsule(visit: Visit, _: Form) -> Outcome:
    """Make a capsule and say its code, once."""
    _forget(visit)
    twin = visit.twin
    job = visit.start(capsules.KIND, texts(visit.lang)("welcome.capsule.title"), lambda _: capsules.make(twin))
    job.wait(60)
    if job.state is not State.DONE:
        raise job.error or SelftwinError("The capsule could not be made.")
    return Outcome(context={"step": "capsule", "capsule": job.result, "waiting": job}, fine=True)


def confirm(visit: Visit, form: Form) -> Outcome:
    """Part of the code was typed: it stands on paper then."""
    waiting = _waiting(visit)
    if waiting is None:
        return Outcome(f"{HERE}?step=capsule")
    if not waiting.result.confirms(form.get("part", "")):
        off = texts(visit.lang)("welcome.wrong.part")
        return Outcome(context={"step": "capsule", "waiting": waiting, "wrong": {"part": off}})
    _forget(visit)
    return Outcome(f"{HERE}?step=data", say=texts(visit.lang)("welcome.capsule.done"))


def skip(visit: Visit, form: Form) -> Outcome:
    """Without a capsule, on purpose."""
    if form.said("sure") != "yes":
        off = texts(visit.lang)("welcome.wrong.sure")
        return Outcome(context={"step": "capsule", "wrong": {"sure": off}})
    _forget(visit)
    return Outcome(f"{HERE}?step=data")


def _forget(visit: Visit) -> None:
    """No capsule and no code stays in memory."""
    for job in visit.jobs:
        if job.kind == capsules.KIND:
            job.result = None


ACTIONS = {"create": create, "sample": sample, "capsule": capsule, "confirm": confirm, "skip": skip}
PAGE = Page(path=HERE, show=show, public=True, actions=ACTIONS)
