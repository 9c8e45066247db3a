"""Watches: set, replayed, run day by day, told once, held in quiet hours, answered, and gone with what they rest on."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest
from tests.twin.receiving import Fast, Receiver, nights, web

from selftwin import discover
from selftwin.consent.grant import Granularity
from selftwin.twin import watching_papers as papers
from selftwin.twin.delivering import Say
from selftwin.twin.erasing import Target
from selftwin.twin.watching import Watches
from selftwin.twin.watching_hits import Hits, monthly
from selftwin.twin.watching_papers import What
from selftwin.twin.watching_quiet import Quiet, hours
from selftwin.twin.watching_words import Item, Words, plainly
from selftwin.vault import documents
from selftwin.vault.resting import ALERT, WATCH
from selftwin.vocabulary.alert import About, Looked, Urgency
from selftwin.vocabulary.errors import Refused, UnknownSignal, UsageError
from selftwin.vocabulary.zones import ZoneTimeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from selftwin.twin import Twin

FIRST = date(2026, 1, 1)
DAYS = [52.0, 53.0] * 80
FEVERS = {41: [64, 65, 66], 60: [66] * 18, 100: [64, 53, 64, 53, 64], 130: [64], 137: [65], 144: [66]}
for place, values in FEVERS.items():
    DAYS[place : place + len(values)] = [float(value) for value in values]
STEPS = [8000.0] * len(DAYS)
FAST = Fast()


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> list[Fast]:
    found = [FAST, FAST.now(name="over", about=About.SIGNAL), FAST.now(name="fact", budgeted=False, usual_budget=0.0)]
    monkeypatch.setattr(discover, "watches", lambda: found)
    return found


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with web() as here:
        yield here


@pytest.fixture
def phone(receiver: Receiver) -> Receiver:
    receiver.clear()
    return receiver


def day(place: int) -> date:
    return FIRST + timedelta(days=place)


class Living:
    """A twin with all its days, looked at as it was on each of them; every test begins without a watch."""

    def __init__(self, twin: Twin) -> None:
        self.twin, self.store = twin, twin._store
        self.watch = Watches(twin._store, twin.consent)

    def clear(self) -> None:
        with self.store.writing("journal"):
            for kind in (WATCH, ALERT, papers.ADDRESS, papers.TELLING):
                for name, _, _ in documents.every(self.store, kind):
                    documents.drop(self.store, kind, name)

    def set(self, since: int, kind: str = "fast", about: str = "", **more: str) -> None:
        """Set a watch as if it had been on that day."""
        made = self.watch.add(kind, about, **more)  # type: ignore[arg-type]
        papers.keep_watch(self.store, replace(made, since=day(since)))

    def hear(self, phone: Receiver, say: str = "little") -> None:
        self.watch.delivery.deliver(f"json://127.0.0.1:{phone.port}/", name="phone", say=say)

    def pass_days(self, *places: int, heard: Receiver) -> list[int]:
        """How many messages had arrived after a look at the end of each day."""
        counts = []
        for place in places:
            assert self.watch.run(at=day(place)).failed == ()
            counts.append(len(heard.got))
        return counts


@pytest.fixture(scope="module")
def lived(made: Callable[[], Twin], folder: Callable[[dict[str, str | bytes]], Path]) -> Living:
    twin = made()
    twin.import_paths([folder({"days.csv": nights(FIRST, DAYS, steps=STEPS)}) / "days.csv"])
    return Living(twin)


@pytest.fixture
def life(lived: Living) -> Living:
    lived.clear()
    return lived


@pytest.fixture(scope="module")
def fading(made: Callable[[], Twin]) -> Living:
    """One of which something is erased, and something may be learnt no longer; its days are noted by hand."""
    twin = made()
    for key, usual, odd in (("heart_rate.resting", 52.0, 64.0), ("steps", 8000.0, 12000.0)):
        for place, value in ((39, usual), (40, usual), (41, odd)):
            twin.observe(key, value, at=datetime.combine(day(place), time(8)))
    return Living(twin)


def test_a_watch_is_set_seen_and_dropped(life: Living) -> None:
    made = life.watch.add("fast", budget=2)
    assert (made.name, made.kind, made.budget) == ("fast", "fast", 2.0)
    over = life.watch.add("over", "heart_rate.resting", condition="above 70")
    assert (over.name, over.about, over.signal) == ("over-heart_rate.resting", *["heart_rate.resting"] * 2)
    stands = life.watch.list()
    assert [one.watch.name for one in stands] == ["fast", "over-heart_rate.resting"]
    assert stands[0].hits.words() == "Nobody has told me yet whether its alerts were right."
    life.watch.budget("fast", 0.5)
    assert life.watch.one("fast").budget == 0.5
    life.watch.drop("fast")
    assert [one.watch.name for one in life.watch.list()] == ["over-heart_rate.resting"]


def test_what_cannot_be_set_is_told_with_what_can(life: Living) -> None:
    for words, more, kind, says in (
        (("quick",), {}, UsageError, "no kind of watch called 'quick'"),
        (("fast", "steps"), {}, UsageError, "nothing in particular"),
        (("over", "heart_rate.restin"), {}, UnknownSignal, "heart_rate.restin"),
        (("fact",), {"budget": 1}, UsageError, "states facts"),
        (("fast",), {"budget": 0}, UsageError, "more than no"),
        (("over", "steps"), {"condition": "much"}, UsageError, "Say above"),
        (("fast",), {"name": "My watch"}, UsageError, "small letters"),
        (("fast",), {"to": ["phone"]}, UsageError, "no address of that name"),
        (("fast",), {"quiet": "late"}, UsageError, "are no hours"),
    ):
        with pytest.raises(kind, match=says):
            life.watch.add(*words, **more)
    with pytest.raises(UsageError, match="no watch called"):
        life.watch.drop("fast")
    assert life.watch.list() == ()


def test_a_replay_tells_every_alert_of_the_past_and_how_many_a_month(life: Living) -> None:
    found = life.watch.test("fast", at=day(64))
    assert [one.first for one in found.alerts] == [str(day(41)), str(day(60))]
    assert (found.first, found.days) == (FIRST, 65)
    assert found.monthly is not None
    each, low, high = found.monthly
    assert each == pytest.approx(2 / 65 * 30.4)
    assert low < each < high
    assert [one.first for one in life.watch.test("fast", since=day(50), at=day(64)).alerts] == [str(day(60))]
    over = life.watch.test("over", "heart_rate.resting", condition="above 65.5", at=day(46))
    assert [one.first for one in over.alerts] == [str(day(43))]
    assert life.watch.history() == ()
    told = {(one.party, one.signal) for one in life.twin.audit.entries()}
    assert {("models", "heart_rate.resting"), ("owner", "heart_rate.resting/watch")} <= told


def test_a_replay_of_a_watch_that_was_set_is_with_its_own_setting(life: Living) -> None:
    life.set(30, "over", "heart_rate.resting", condition="above 65.5", name="high")
    assert [one.first for one in life.watch.test("high", at=day(46)).alerts] == [str(day(43))]
    assert life.watch.test("high", budget=2, at=day(46)).setting.budget == 2


def test_an_episode_is_told_once_then_that_it_is_over_and_never_again(life: Living, phone: Receiver) -> None:
    life.set(30)
    life.hear(phone, "everything")
    assert life.pass_days(*range(40, 48), heard=phone) == [0, 1, 1, 1, 1, 2, 2, 2]
    for words in ("Your heart rests fast.", "Ruled out: alcohol: not noted", "May be why: a hot night",
                  "What to do: Rest.", "Nobody has told me yet", "trust that first", "since 11 February 2026",
                  "Resting heart rate: 64 /min (62 to 66, 9 times in 10); usually about 52",
                  "`selftwin watch answer 1 yes`"):  # fmt: skip
        assert words in phone.texts[0]
    assert "it is over" in phone.texts[1]
    (case,) = life.watch.history()
    assert [one.what for one in case.news] == [What.NEW, What.OVER]
    assert (case.number, case.open, case.last) == (1, False, str(day(43)))


def test_a_long_episode_is_told_once_more_after_a_week(life: Living, phone: Receiver) -> None:
    life.set(50)
    life.hear(phone, "name")
    assert life.pass_days(60, 62, 66, 67, 70, 77, heard=phone) == [1, 1, 1, 2, 2, 2]
    heads = [text.splitlines()[0] for text in phone.texts]
    assert heads == ["Selftwin: fast, an alert", "Selftwin: fast, it still holds"]
    assert "66" not in "".join(phone.texts)


def test_little_is_harmless_on_a_locked_screen_whatever_there_is_to_tell(life: Living, phone: Receiver) -> None:
    life.set(30, name="glucose-low")
    life.twin.consent.introduce("berta", "Berta Secret", contact=f"json://127.0.0.1:{phone.port}/")
    life.hear(phone)
    life.watch.delivery.contact("berta", after=timedelta(hours=12))
    for place in (41, 42, 43, 48):
        life.watch.run(at=day(place))
    assert {one.what for one in life.watch.alert(1).news} == {What.NEW, What.UNCALLED, What.OVER}
    kept = {"Selftwin", "selftwin", "an", "alert", "Alert", "alerts", "There", "is", "it", "over", "things", "from",
            "your", "watches", "watch", "history", "says", "what", "About", "nobody", "could", "be", "called",
            "February"}  # fmt: skip
    assert set(re.findall(r"[A-Za-z]+", " ".join(phone.texts))) <= kept


def test_a_message_tells_ten_alerts_and_how_many_more(life: Living) -> None:
    life.set(30)
    life.watch.run(at=day(41))
    case = life.watch.alert(1)
    items = [Item(replace(case, number=number), case.news[0], "A watch", Hits(0, 0, 0)) for number in range(1, 1001)]
    words = Words(life.store.zones, plainly)
    for say in Say:
        said = words.body(items, say)
        assert "And 990 more" in said
        assert "1000" in said
        assert "alert 990)" not in said
        assert "alert 990 " not in said
        assert len(said) < 2000
        assert words.title(items, say) == "Selftwin: 1000 things from your watches"


def test_alarms_that_come_near_each_other_are_one_episode(life: Living, phone: Receiver) -> None:
    life.set(90)
    life.hear(phone)
    life.pass_days(*range(99, 106), heard=phone)
    assert len(life.watch.history()) == 1
    assert len(phone.got) == 1


def test_who_looks_after_days_gets_one_message_and_what_has_passed_is_late(life: Living, phone: Receiver) -> None:
    life.set(120)
    life.hear(phone, "everything")
    assert life.pass_days(144, 144, heard=phone) == [1, 1]
    assert [one.late for one in life.watch.history()] == [False, True, True]
    assert phone.got[0]["title"] == "Selftwin: 3 things from your watches"
    assert phone.texts[0].count("I could not tell it then") == 2


def test_what_was_before_a_watch_was_set_is_told_only_where_it_still_holds(life: Living) -> None:
    life.set(62)
    life.watch.run(at=day(62))
    assert [one.alert.first for one in life.watch.history() if one.alert] == [str(day(60))]


def test_a_failure_is_told_kept_and_tried_again(life: Living, phone: Receiver) -> None:
    life.set(30)
    life.hear(phone)
    phone.status = 503
    (failed,) = life.watch.run(at=day(41)).failed
    assert (failed.to, failed.numbers, failed.trouble) == ("phone", (1,), "the receiver answered 503")
    assert life.watch.alert(1).waits_for == ("phone",)
    assert life.watch.list()[0].waiting == 1
    phone.status = 200
    assert life.pass_days(41, heard=phone) == [1]
    assert life.watch.alert(1).waits_for == ()


def test_nothing_leaves_while_sending_is_switched_off_and_nothing_is_lost(life: Living, phone: Receiver) -> None:
    life.set(30)
    life.hear(phone)
    life.watch.delivery.switch(on=False)
    assert life.pass_days(41, heard=phone) == [0]
    life.watch.delivery.switch(on=True)
    assert life.watch.run(at=day(41), send=False).sent == ()
    assert life.pass_days(41, heard=phone) == [1]


def test_a_watch_that_cannot_watch_says_why_and_ends_no_episode(
    life: Living, kinds: list[Fast], phone: Receiver
) -> None:
    life.set(30)
    life.hear(phone)
    life.watch.run(at=day(41))
    kinds[0] = FAST.now(silent="The heart has not come since Monday.")
    (seen,) = life.watch.run(at=day(50)).seen
    assert seen.silent == "The heart has not come since Monday."
    assert life.watch.one("fast").silent == seen.silent
    assert len(phone.got) == 1
    assert life.watch.alert(1).open


def test_a_watch_that_breaks_blinds_no_other(life: Living, kinds: list[Fast]) -> None:
    class Broken(Fast):
        def look(self, *_: object) -> Looked:
            raise IndexError("a person's value")

    kinds[2] = Broken(name="fact", budgeted=False)
    life.set(30, "fact")
    life.set(30)
    broken, fine = life.watch.run(at=day(41)).seen
    assert broken.silent == "It broke (IndexError). Please report it."
    assert (fine.silent, len(life.watch.history())) == ("", 1)


def test_an_urgent_alert_that_has_passed_wakes_nobody(life: Living, kinds: list[Fast], phone: Receiver) -> None:
    kinds[0] = FAST.now(urgency=Urgency.NOW)
    life.set(120)
    life.hear(phone)
    life.watch.delivery.quiet("22-7")
    assert life.watch.run(at=at(132, "02:00")).held == (1,)
    life.watch.run(at=at(132, "08:00"))
    assert "urgent" not in phone.got[0]["title"]
    assert "It does not hold any more." in phone.texts[0]


# Quiet hours


def test_hours_are_read_as_people_write_them() -> None:
    read = [hours(text) for text in ("22-7", "22:30 to 06:15", "20-24", "none")]
    assert read == ["22:00-07:00", "22:30-06:15", "20:00-00:00", "off"]
    for wrong in ("22", "25-7", "7-7", "0-24", "night", "22:60-7"):
        with pytest.raises(UsageError, match="hours"):
            hours(wrong)


def test_quiet_hours_follow_the_wall_clock_over_midnight_the_change_of_the_clock_and_a_journey() -> None:
    vienna = ZoneTimeline("Europe/Vienna")
    night = Quiet("22:00-07:00")

    def holds(text: str, zones: ZoneTimeline = vienna, quiet: Quiet = night, urgency: Urgency = Urgency.TODAY) -> bool:
        return quiet.holds(datetime.fromisoformat(text).replace(tzinfo=UTC), zones, urgency)

    assert not holds("2026-03-28T20:59")  # 21:59 in winter time
    assert holds("2026-03-28T21:00")
    assert holds("2026-03-29T04:59")  # 06:59 in summer time, which began that night
    assert not holds("2026-03-29T05:00")
    assert holds("2026-10-25T05:59")  # 06:59 in winter time again
    assert not holds("2026-10-25T06:00")
    away = vienna.with_journey(datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 9, tzinfo=UTC), "Asia/Tokyo")
    assert holds("2026-05-03T14:00", away)  # 23:00 there
    assert not holds("2026-05-03T23:00", away)
    noon = Quiet("12:30-14:00")
    assert holds("2026-06-01T11:59", quiet=noon)
    assert not holds("2026-06-01T12:00", quiet=noon)
    assert not holds("2026-06-01T22:00", urgency=Urgency.NOW)
    assert holds("2026-06-01T22:00", quiet=Quiet("22:00-07:00", strict=True), urgency=Urgency.NOW)
    muted = Quiet(until="2026-06-02T10:00:00+00:00")
    assert holds("2026-06-02T09:59", quiet=muted)
    assert not holds("2026-06-02T10:00", quiet=muted)
    assert not holds("2026-06-01T22:00", quiet=Quiet("off").beside(night))
    assert holds("2026-06-01T22:00", quiet=Quiet().beside(night))


def at(place: int, clock: str) -> datetime:
    """That moment of a day, UTC; at home it is an hour later in winter."""
    return datetime.fromisoformat(f"{day(place)}T{clock}+00:00")


def test_an_alert_waits_for_the_end_of_quiet_hours(life: Living, phone: Receiver) -> None:
    life.set(30)
    life.hear(phone)
    life.watch.delivery.quiet("22-7")
    ran = life.watch.run(at=at(42, "00:30"))
    assert (ran.held, ran.sent, phone.got) == ((1,), (), [])
    assert life.watch.run(at=at(42, "05:59")).held == (1,)
    assert life.watch.run(at=at(42, "06:00")).held == ()
    assert len(phone.got) == 1


def test_what_is_urgent_breaks_quiet_hours_unless_nothing_may(
    life: Living, kinds: list[Fast], phone: Receiver
) -> None:
    kinds[0] = FAST.now(urgency=Urgency.NOW)
    life.set(30)
    life.hear(phone)
    life.watch.delivery.quiet("22-7")
    life.watch.delivery.quiet(strict=True, watch="fast")
    assert life.watch.run(at=at(42, "02:00")).held == (1,)
    assert phone.got == []
    life.watch.delivery.quiet(strict=False, watch="fast")
    life.watch.run(at=at(42, "02:10"))
    assert "urgent" in phone.got[0]["title"]


def test_a_watch_may_have_hours_of_its_own_and_everything_may_be_held_back_for_a_while(
    life: Living, phone: Receiver
) -> None:
    life.set(30, quiet="off")
    life.hear(phone)
    life.watch.delivery.quiet("22-7")
    life.watch.delivery.quiet(until=at(43, "12:00"))
    assert life.watch.run(at=at(42, "02:00")).held == (1,)
    life.watch.delivery.quiet("off")
    life.watch.delivery.quiet("22-7")
    assert life.watch.run(at=at(42, "02:10")).held == ()
    assert len(phone.got) == 1


# How often it was right


def test_answers_say_how_often_a_watch_was_right_and_few_say_little(life: Living, phone: Receiver) -> None:
    life.set(120)
    life.hear(phone, "everything")
    life.watch.run(at=day(130))
    life.watch.answer(1, right=True)
    assert life.watch.hits("fast") == Hits(1, 1, 1)
    life.watch.run(at=day(137))
    said = "Of 2 alerts you answered 1: 1 was right (23 to 100 %, 9 times in 10). So few answers say little."
    assert said in phone.texts[-1]
    life.watch.answer(f"fast@{day(137)}", right=False)
    assert life.watch.hits("fast") == Hits(1, 2, 2)
    assert life.watch.hits("fast").share == 0.5
    with pytest.raises(UsageError, match="no alert '9'"):
        life.watch.answer(9, right=True)


def test_the_figures_of_answers_and_of_counts_are_those_that_were_published() -> None:
    # Brown, Cai and DasGupta 2001 name the quantiles of Beta(x + 1/2, n - x + 1/2), open where none or all succeed
    low, high = Hits(0, 10, 10).bounds or (1.0, 1.0)
    assert low == 0.0
    assert high == pytest.approx(0.1709, abs=0.0005)
    assert Hits(5, 10, 10).share == 0.5
    assert (Hits(10, 10, 10).bounds or (0, 0))[1] == 1.0
    # exact limits of a Poisson mean at 90 %: 0 events up to 2.996, 3 events 0.818 to 7.754
    assert monthly(0, 304) == pytest.approx((0.0, 0.0, 0.2996), abs=1e-3)
    assert monthly(3, 30) == pytest.approx(tuple(30.4 / 30 * one for one in (3, 0.8177, 7.7537)), abs=1e-3)


# What they rest on


def test_alerts_go_with_the_signal_they_rest_on_and_others_stay(fading: Living) -> None:
    fading.clear()
    fading.set(30)
    fading.set(30, "over", "steps", condition="above 9000")
    fading.watch.run(at=day(41))
    assert len(fading.watch.history()) == 2
    toll = fading.twin.would_erase(Target(signals=("steps",)))
    gone = "that rest on what goes, and go with it: 1."
    assert {one for one in toll.remarks if gone in one} == {f"Watches {gone}", f"Alerts {gone}"}
    done = fading.twin.erase(Target(signals=("steps",)), "pass")
    assert {f"Watches {gone}", f"Alerts {gone}"} <= set(done.lines())
    assert [one.watch for one in fading.watch.history()] == ["fast"]
    assert [one.watch.name for one in fading.watch.list()] == ["fast"]


def test_what_was_learnt_for_an_alert_is_forgotten_with_the_learning_and_the_answer_stays(fading: Living) -> None:
    fading.clear()
    fading.set(30)
    fading.watch.run(at=day(41))
    fading.watch.answer(1, right=True)
    (told,) = fading.twin.rights.access().believed
    assert (told.label, told.kind, told.inputs) == ("Alert 1 of your watch fast", "alert", ("heart_rate.resting",))
    papers.keep_watch(fading.store, replace(fading.watch.one("fast"), silent="Your heart fell silent."))
    fading.twin.consent.revoke("models-physiological")
    assert fading.watch.one("fast").silent == ""
    (case,) = fading.watch.history()
    assert (case.alert, case.right, case.ids) == (None, True, ())
    (seen,) = fading.watch.run(at=day(42)).seen
    assert "Nothing was read" in seen.silent
    with pytest.raises(Refused):
        fading.watch.test("fast", at=day(41))


def test_an_address_is_on_the_page_of_what_is_held_and_in_an_export_without_its_secrets(
    life: Living, tmp_path: Path
) -> None:
    life.set(30)
    life.watch.delivery.deliver("ntfys://me:secret@ntfy.example.org/topic", name="phone")
    life.twin.consent.introduce("anna", "Anna")
    for watch in (None, "fast"):
        life.watch.delivery.contact("anna", to="ntfys://their-secret", watch=watch)
    places = [one.place for one in life.twin.rights.access().copies]
    assert "ntfys://ntfy.example.org/…" in places
    life.twin.rights.export(tmp_path / "export")
    written = "".join(path.read_bytes().decode(errors="replace") for path in (tmp_path / "export").rglob("*.json*"))
    assert "ntfys://ntfy.example.org/" in written
    assert "secret" not in written
    assert "topic" not in written


# A contact


@pytest.fixture(scope="module")
def contact_phone() -> Iterator[Receiver]:
    with web() as here:
        yield here


@pytest.fixture
def theirs(life: Living, contact_phone: Receiver) -> Iterator[Receiver]:
    """A sister is the contact of every watch, after twelve hours; she was granted nothing yet."""
    contact_phone.clear()
    life.twin.consent.introduce("anna", "Anna", contact=f"json://127.0.0.1:{contact_phone.port}/")
    life.set(30)
    life.watch.delivery.contact("anna", after=timedelta(hours=12), person="Jo", reach="+43 1 234")
    yield contact_phone
    for one in life.twin.consent.book.grants:
        if one.party == "anna" and not one.revoked:
            life.twin.consent.revoke(one.id)


CARE = "sector-health:PatientRemoteMonitoring"


def granted(life: Living, *signals: str, by: Granularity = Granularity.INSIGHT) -> str:
    return life.twin.consent.grant("anna", [CARE], signals=signals, granularity=by).id


def reads(life: Living) -> list[tuple[str, bool]]:
    """What the record has of the contact's reads."""
    return [(one.signal, one.allowed) for one in life.twin.audit.entries() if (one.party, one.kind) == ("anna", "read")]


def test_a_contact_learns_what_is_crucial_when_nobody_answered_for_so_long(
    life: Living, theirs: Receiver, phone: Receiver
) -> None:
    granted(life, "heart_rate.resting")
    life.hear(phone, "everything")
    before = len(reads(life))
    for clock in ("00:00", "11:50"):
        life.watch.run(at=at(42, clock))
    assert theirs.got == []
    life.watch.run(at=at(42, "12:00"))
    (said,) = theirs.texts
    for words in ("Selftwin: Jo may need you", "Jo asked me to tell you.", "since 11 February 2026", "- Rest.",
                  "Reach them: +43 1 234", "Your heart rests fast.", "- Resting heart rate: 64 /min",
                  "Get in touch with them", "They have not answered for 12 hours.", "emergency number"):  # fmt: skip
        assert words in said
    assert reads(life)[before:] == [("heart_rate.resting/watch", True)]
    known = "I told Anna, since you had not answered for 12 hours. They learnt of your resting heart rate."
    assert known in phone.texts[1]
    life.watch.run(at=at(43, "12:00"))
    assert len(theirs.got) == 1
    assert [one.what for one in life.watch.alert(1).news] == [What.NEW, What.CALLED]


def test_who_answers_in_time_keeps_the_contact_out_of_it(life: Living, theirs: Receiver) -> None:
    granted(life, "heart_rate.resting")
    life.watch.run(at=at(42, "00:00"))
    life.watch.answer(1, right=False)
    life.watch.run(at=at(42, "14:00"))
    assert theirs.got == []


def test_what_is_urgent_calls_the_contact_at_once(life: Living, theirs: Receiver, kinds: list[Fast]) -> None:
    granted(life, "heart_rate.resting")
    kinds[0] = FAST.now(urgency=Urgency.NOW)
    life.watch.run(at=at(42, "02:00"))
    assert "It is urgent." in theirs.texts[0]


def test_without_a_grant_nothing_is_sent_and_the_person_is_told_once(
    life: Living, theirs: Receiver, phone: Receiver
) -> None:
    life.hear(phone, "everything")
    before = len(reads(life))
    for clock in ("00:00", "13:00", "14:00", "15:00"):
        life.watch.run(at=at(42, clock))
    assert theirs.got == []
    assert reads(life)[before:] == []
    assert sum("I told Anna nothing" in text for text in phone.texts) == 1
    granted(life, "heart_rate.resting")
    life.watch.run(at=at(42, "16:00"))
    assert len(theirs.got) == 1


def test_a_withdrawn_grant_is_silence(life: Living, theirs: Receiver) -> None:
    name = granted(life, "heart_rate.resting")
    life.watch.run(at=at(42, "00:00"))
    life.twin.consent.revoke(name)
    life.watch.run(at=at(42, "13:00"))
    assert theirs.got == []


def test_a_narrow_grant_shows_little(life: Living, theirs: Receiver, kinds: list[Fast]) -> None:
    kinds[0] = FAST.now(others=("steps",))
    granted(life, "steps", by=Granularity.DAILY)
    life.watch.run(at=at(42, "00:00"))
    life.watch.run(at=at(42, "13:00"))
    (said,) = theirs.texts
    assert "A watch of theirs has an alert since 11 February 2026." in said
    for words in ("heart", "64", "Rest.", "fast"):
        assert words not in said.lower()


def test_a_figure_that_is_granted_alone_comes_without_what_it_was_compared_with(
    life: Living, theirs: Receiver, kinds: list[Fast]
) -> None:
    kinds[0] = FAST.now(others=("steps",))
    granted(life, "heart_rate.resting")
    life.watch.run(at=at(42, "00:00"))
    life.watch.run(at=at(42, "13:00"))
    (said,) = theirs.texts
    assert "- Resting heart rate: 64 /min (62 to 66, 9 times in 10)" in said
    for words in ("usually about", "Rest.", "fast", "steps"):
        assert words not in said


def test_days_that_are_granted_and_over_are_no_word_of_an_alert_after_them(life: Living, theirs: Receiver) -> None:
    life.twin.consent.grant("anna", [CARE], signals=["heart_rate.resting"], granularity=Granularity.DAILY,
                            last=day(40))  # fmt: skip
    life.watch.run(at=at(42, "00:00"))
    life.watch.run(at=at(43, "13:00"))
    assert theirs.got == []


def test_what_is_barred_or_ended_is_silence_too(
    life: Living, theirs: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    granted(life, "heart_rate.resting")
    life.watch.run(at=at(42, "00:00"))
    bar = life.twin.consent.bar(signals=["heart_rate.resting"])
    life.watch.run(at=at(42, "13:00"))
    assert theirs.got == []
    life.twin.consent.lift(bar.id)
    later = datetime.now(UTC) + timedelta(days=31)
    monkeypatch.setattr(life.twin.consent, "clock", lambda: later)
    life.watch.run(at=at(42, "14:00"))
    assert theirs.got == []


def test_many_alerts_are_one_call_and_the_next_comes_an_hour_later(
    life: Living, theirs: Receiver, kinds: list[Fast]
) -> None:
    granted(life, "heart_rate.resting")
    kinds[0] = FAST.now(urgency=Urgency.NOW)
    life.watch.run(at=at(42, "00:00"), send=False)
    case = life.watch.alert(1)
    for number in range(2, 7):
        papers.keep_case(life.store, replace(case, number=number))
    (told,) = life.watch.run(at=at(42, "02:00")).sent
    assert told.numbers == (1, 2, 3, 4, 5, 6)
    (said,) = theirs.texts
    assert said.count("Your heart rests fast.") == 3
    assert said.count("emergency number") == 1
    assert "And 3 more alerts." in said
    papers.keep_case(life.store, replace(case, number=7))
    life.watch.run(at=at(42, "02:30"))
    assert len(theirs.got) == 1
    life.watch.run(at=at(42, "03:00"))
    assert len(theirs.got) == 2


def test_days_alone_that_are_granted_show_those_days(life: Living, theirs: Receiver) -> None:
    life.twin.consent.grant("anna", [CARE], signals=["heart_rate.resting"], granularity=Granularity.DAILY,
                            first=day(42))  # fmt: skip
    life.watch.run(at=at(42, "00:00"))
    life.watch.run(at=at(43, "13:00"))
    (said,) = theirs.texts
    assert "Your heart rests fast." not in said
    assert f"{day(42)}: 65 /min" in said
    assert str(day(41)) not in said


def test_a_contact_who_cannot_be_reached_is_tried_again_and_the_person_knows(
    life: Living, theirs: Receiver, phone: Receiver
) -> None:
    granted(life, "heart_rate.resting")
    life.hear(phone, "everything")
    life.watch.run(at=at(42, "00:00"))
    theirs.status = 500
    for clock in ("12:00", "12:10"):
        assert life.watch.run(at=at(42, clock)).failed[0].to == "anna"
    assert sum("I could not tell Anna: the receiver answered 500." in text for text in phone.texts) == 1
    theirs.status = 200
    life.watch.run(at=at(42, "12:20"))
    assert len(theirs.got) == 1


def test_a_contact_of_one_watch_is_called_for_that_one_alone_and_can_be_let_go(
    life: Living, theirs: Receiver
) -> None:
    granted(life, "heart_rate.resting")
    life.watch.delivery.call_nobody()
    life.set(30, "over", "heart_rate.resting", name="high")
    life.watch.delivery.contact("anna", after=timedelta(hours=1), watch="high")
    life.watch.run(at=at(42, "00:00"))
    life.watch.run(at=at(42, "02:00"))
    assert [bool(one.called) for one in life.watch.history()] == [True, False]
    for words, says in (
        ({"after": timedelta(days=31)}, "at most 30 days"),
        ({"to": "bogus://a"}, "no service for bogus"),
        ({"watch": "low"}, "no watch called 'low'"),
    ):
        with pytest.raises(UsageError, match=says):
            life.watch.delivery.contact("anna", **words)
    life.twin.consent.introduce("bob", "Bob", contact="+43 1 999")
    with pytest.raises(UsageError, match="no address at which bob"):
        life.watch.delivery.contact("bob")
