"""The time zone this machine keeps, and moments as people write them."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from selftwin.vocabulary.errors import UsageError
from selftwin.vocabulary.zones import zone

LOCALTIME = Path("/etc/localtime")


def system_zone() -> str:
    """The IANA name of this machine's zone; UTC where it keeps none by name."""
    linked = str(LOCALTIME.resolve()).partition("zoneinfo/")[2]
    for name in (os.environ.get("TZ", "").lstrip(":"), linked):
        if name and _known(name):
            return name
    return "UTC"


def _known(name: str) -> bool:
    try:
        zone(name)
    except UsageError:
        return False
    return True


def day_or_moment(text: str) -> date | datetime:
    """A whole local day where no time of day is written, else a moment."""
    found = moment(text)
    whole = ":" not in text and text.lower() != "now"
    return found.date() if whole else found


def whole_day(text: str) -> date | None:
    """A day as it is written, None where nothing is. Raises UsageError, also for a time of a day.

    >>> whole_day("2026-02-14"), whole_day("")
    (datetime.date(2026, 2, 14), None)
    """
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"{text[:40]!r} is not a day.", hint="Write 2026-02-14.") from None


def moment(text: str) -> datetime:
    """An ISO date or time, `now`, `today` or `yesterday`; without an offset it is the person's wall clock."""
    here = datetime.now().astimezone()
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    words = {"now": here, "today": midnight, "yesterday": midnight - timedelta(days=1)}
    if text.lower() in words:
        return words[text.lower()]
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        hint = "Write 2026-02-14 or 2026-02-14T08:30, with an offset where the clock stood elsewhere."
        raise UsageError(f"{text[:40]!r} is not a time.", hint=hint) from None


def there(text: str, name: str) -> datetime:
    """A moment in UTC, read on the clock of a zone where it carries no offset. Raises UsageError."""
    found = moment(text)
    return (found if found.tzinfo else found.replace(tzinfo=zone(name))).astimezone(UTC)
