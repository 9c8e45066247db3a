"""Words: a WhatsApp chat with a running friend, that friend's card, and a journal in Markdown.

Chat and journal speak of what the day was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from selftwin.sample.causes import HARD_RUN, REST, RIDE, draws
from selftwin.sample.export.archive import kept, pack
from selftwin.sample.export.stamps import crlf, day_first

if TYPE_CHECKING:
    from pathlib import Path

    from selftwin.sample.life import Life

_ME, _FRIEND = "Sample Person", "Running Friend"
_ENCRYPTED = (
    "Messages and calls are end-to-end encrypted. Only people in this chat can read, listen to, or share them."
)
_OFTEN = {"ill": 0.8, "away": 0.35, "run": 0.65, "drinks": 0.6, "plain": 0.16}
_CARDS = (  # first name, last name, address, number, birthday: nobody's
    ("Running", "Friend", "friend@mail.example", "+31 6 0000 0001", "1989-06-04"),
    ("Sample", "Works", "office@work.example", "+31 20 000 0002", ""),
    ("The", "Practice", "desk@practice.example", "+31 20 000 0003", ""),
)
_TALKS: dict[str, tuple[tuple[str, str], ...]] = {
    "ill": ((_ME, "No running for me, I have a fever"), (_FRIEND, "Oh no. Get well soon"), (_ME, "Sleeping all day"),
            (_FRIEND, "Shall I bring soup?"), (_ME, "Too kind, I am fine with tea")),
    "away": ((_FRIEND, "How is it over there?"), (_ME, "Nine hours behind, awake at four"), (_ME, "<Media omitted>"),
             (_FRIEND, "Envious")),
    "run": ((_FRIEND, "Running today?"), (_ME, "Yes, at the usual time"), (_FRIEND, "I am in"),
            (_ME, "Legs are heavy, slowly please"), (_FRIEND, "Ha, we shall see"), (_ME, "That was good")),
    "drinks": ((_FRIEND, "A glass tonight?"), (_ME, "Gladly. Eight?"), (_FRIEND, "Eight it is"), (_ME, "On my way")),
    "plain": ((_ME, "Did you see the forecast for Sunday?"), (_FRIEND, "Rain, all day"), (_ME, "Then the bakery")),
}  # fmt: skip
_BEGUN = {"ill": 640, "away": 1290, "run": 560, "drinks": 1010, "plain": 1265}  # minutes from midnight
_WORDS = {1: "A bad day", 2: "Not a good day", 3: "An ordinary day", 4: "A good day", 5: "A very good day"}
_LATE = 1430  # no talk lasts longer; a day without that minute has none
_SUNDAY = 6


def whatsapp(life: Life, folder: Path) -> Path:
    """`WhatsApp Chat with Running Friend.txt` in `folder`, as an Android phone with Dutch settings writes it."""
    rng, said = draws(life.seed, "whatsapp"), []
    whole = life.clock.exists(np.arange(life.plan.days), _LATE)
    for day in np.flatnonzero(whole).tolist():
        topic = _topic(life, day)
        if rng.random() < _OFTEN[topic]:
            talk = _TALKS[topic][: int(rng.integers(2, len(_TALKS[topic]) + 1))]
            minute = _BEGUN[topic] + np.cumsum(rng.integers(1, 9, len(talk)))
            stamps = day_first(life.clock.wall(day, minute))
            said += [f"{stamp} - {who}: {words}" for stamp, (who, words) in zip(stamps, talk, strict=True)]
    first = day_first(life.clock.wall(0, [480]))[0]
    text = "\n".join([f"{first} - {_ENCRYPTED}", *said]) + "\n"
    return kept(folder / f"WhatsApp Chat with {_FRIEND}.txt", text)


def _topic(life: Life, day: int) -> str:
    states = life.states
    if states.felt[day] > 0.2:
        return "ill"
    if day in life.plan.away:
        return "away"
    if states.session[day] != REST:
        return "run"
    return "drinks" if states.alcohol[day] > 0 else "plain"


def contacts(life: Life, folder: Path) -> Path:
    """`contacts.vcf` in `folder`, as Google exports an address book; the same in every life."""
    del life
    lines: list[str] = []
    for first, last, mail, number, born in _CARDS:
        lines += ["BEGIN:VCARD", "VERSION:3.0", f"FN:{first} {last}", f"N:{last};{first};;;",
                  f"EMAIL;TYPE=INTERNET:{mail}", f"TEL;TYPE=CELL:{number}", *([f"BDAY:{born}"] if born else []),
                  "CATEGORIES:myContacts", "END:VCARD"]  # fmt: skip
    return kept(folder / "contacts.vcf", crlf(lines))


def journal(life: Life, folder: Path) -> Path:
    """`journal.zip` in `folder`: a page on Sundays, where the mood was noted at all."""
    days = np.flatnonzero(life.mind.noted & (life.states.weekday == _SUNDAY)).tolist()
    members: dict[str, bytes | str] = {f"Journal/{life.plan.day(day)}.md": _page(life, day) for day in days}
    return pack(folder / "journal.zip", members, life.plan.day(life.plan.days - 1))


def _page(life: Life, day: int) -> str:
    states, hours = life.states, life.nights.asleep[day] / 60
    lines = [f"# {life.plan.day(day):%A}", "", f"{_WORDS[int(life.mind.mood[day])]}. Slept {hours:.1f} hours."]
    session = int(states.session[day])
    if session != REST:
        done = {HARD_RUN: "Ran intervals", RIDE: "Went out on the bicycle"}.get(session, "Trained, easily")
        lines.append(f"{done}.")
    lines += ["Ill, and in bed."] if states.felt[day] > 0.3 else []
    lines += ["Far from home; the light is different here."] if day in life.plan.away else []
    lines += ["Too much to do."] if states.stress[day] > 1.2 else []
    lines += ["Wine with dinner."] if states.alcohol[day] > 1 else []
    return "\n".join(lines) + "\n"
