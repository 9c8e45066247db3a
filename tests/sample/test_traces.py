"""What a life leaves behind elsewhere tells of the same days: every archive is known, and nothing counts twice."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import numpy as np
import pytest

from selftwin.sample import write
from selftwin.sample.causes import STRENGTH
from selftwin.sample.export import shopping, spotify
from selftwin.sample.writing import ARCHIVES, BODY, TRACES
from selftwin.sources.reader.process import Broken, Finished, Reading, Started, Unrecognised
from selftwin.twin import Twin

SOURCES = {  # what each archive begins with, its sources, and a signal of each
    "camt053_": {"camt": "income.salary.eur"}, "Your Orders.zip": {"amazon_orders": "order.item"},
    "export_10900000.zip": {"strava": "workout.elevation", "gpx": "location.latitude"},
    "Timeline.json": {"google_timeline": "place.visit"}, "my_spotify_data.zip": {"spotify": "listening.track"},
    "netflix-report.zip": {"netflix": "watching"}, "Chrome/History": {"chrome": "web.visit"},
    "sample@group": {"calendar": "calendar.busy"}, "WhatsApp Chat with": {"whatsapp": "messages.sent"},
    "contacts.vcf": {"contacts": "contact"}, "journal.zip": {"journal": "journal.entry"},
    "health-record.json": {"fhir": "lab.ldl"},
    "green-button.xml": {"green_button": "home.electricity"}, "goodreads": {"goodreads": "reading.book"},
    "open-meteo": {"weather": "weather.temperature"}, "genome": {"genotypes": "genotype"},
}  # fmt: skip


def told_of(paths, root):
    """What the child made of these files: path, source and account of each member, in order."""
    found, begun = [], None
    with Reading([(path, path.relative_to(root).as_posix()) for path in paths], None, None, ()) as reading:
        for told in reading:
            assert not isinstance(told, (Broken, Unrecognised)), told
            if isinstance(told, Started):
                begun = told
            elif isinstance(told, Finished):
                found.append((begun.path, begun.source, told))
    return found


@pytest.fixture(scope="module")
def accounts(everything, tmp_path_factory):
    paths = write(everything.life, tmp_path_factory.mktemp("traces"), archives=TRACES)[:-1]
    return told_of(paths, paths[0].parent)


@pytest.fixture(scope="module")
def twin(everything, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SELFTWIN_QUICK_KEYS", "1")
        place = tmp_path_factory.mktemp("whole") / "vault"
        with Twin.create(place, "a sample passphrase", home_zone=everything.life.clock.zones.home) as made:
            made.zones = everything.life.clock.zones
            made.import_paths([everything.exports])
            yield made


def days(twin, life, key, column="value"):
    """The twin's value of each day of the life, 0 where it has none."""
    found, frame = np.zeros(life.plan.days), twin.days(key)
    for day, value in zip(frame["day"], frame[column], strict=True):
        if 0 <= (place := (day - life.plan.day(0)).days) < found.size:
            found[place] = value or 0.0
    return found


def test_every_archive_is_known_by_its_own_sources_and_gives_their_signals(accounts):
    for begin, wanted in SOURCES.items():
        mine = [(source, told) for path, source, told in accounts if path.startswith(begin)]
        assert {source for source, _ in mine} == set(wanted), begin
        for source, signal in wanted.items():
            assert any(signal in told.signals for name, told in mine if name == source), signal
    assert all(path.startswith(tuple(SOURCES)) for path, _, _ in accounts)


def test_nothing_is_at_fault_and_what_is_passed_over_is_told(accounts):
    assert [(path, told.faults) for path, _, told in accounts if told.faults] == []
    assert [path for path, _, told in accounts if told.records.passed and not told.notes] == []
    read, taken, passed = (
        sum(getattr(told.records, name) for _, _, told in accounts) for name in ("read", "taken", "passed")
    )
    assert read == taken + passed
    assert read > 3_000
    assert passed < 30


def test_the_archives_can_be_chosen_and_the_first_ones_stay_as_they_were(written, everything):
    before = {path.name: path.read_bytes() for path in written.paths}
    after = {path.name: path.read_bytes() for path in everything.paths}
    assert set(before) < set(after)
    assert all(after[name] == data for name, data in before.items())
    assert set(BODY) | set(TRACES) == set(ARCHIVES)


def test_the_same_life_leaves_the_same_traces(everything, tmp_path):
    again = {path.name: path.read_bytes() for path in write(everything.life, tmp_path, archives=TRACES)}
    assert all(path.read_bytes() == again[path.name] for path in everything.paths if path.name in again)
    assert len(again) == len(TRACES) + 1


def test_bank_log_and_shop_tell_each_purchase_once(twin, everything):
    life = everything.life
    bought, paid = life.purchases, shopping.paid(life)
    spent = np.bincount(bought.day, bought.euros, life.plan.days)
    assert np.abs(days(twin, life, "purchase.eur") - spent).max() < 1e-6
    many = np.bincount(bought.day, minlength=life.plan.days)
    assert days(twin, life, "purchase.eur", "n").tolist() == many.tolist()
    assert days(twin, life, "order.item").sum() == paid.ordered.sum() > 0
    assert paid.cash.any()


def test_an_order_is_charged_later_than_it_was_bought(everything):
    life, text = everything.life, next(everything.exports.glob("camt053_*")).read_text()
    paid = shopping.paid(life)
    charged = [
        life.plan.day(day).isoformat() for day in sorted(paid.charged[paid.ordered].tolist()) if day < life.plan.days
    ]
    entries = [entry for entry in re.findall(r"<Ntry>.*?</Ntry>", text) if "AMZN" in entry]
    assert [re.search(r"<ValDt><Dt>([^<]+)", entry)[1] for entry in entries] == charged


def test_balances_lead_from_month_to_month(everything):
    text = next(everything.exports.glob("camt053_*")).read_text()
    stood = re.findall(r'<Cd>(OPBD|CLBD)</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">([\d.]+)</Amt><CdtDbtInd>(\w+)', text)
    opened, closed = ([one[1:] for one in stood if one[0] == kind] for kind in ("OPBD", "CLBD"))
    assert opened[1:] == closed[:-1]
    assert {way for _, way in opened} == {"CRDT"}


def test_a_ride_that_watch_and_account_tell_is_one_ride(twin, everything):
    life = everything.life
    trained = life.movement.workouts
    seen = life.wearing.watch[life.clock.minute(trained.start)] | life.wearing.fitbit[life.clock.minute(trained.start)]
    minutes = np.bincount(trained.day[seen], (trained.stop - trained.start)[seen] / 60, life.plan.days)
    told = days(twin, life, "workout.duration")
    there = minutes > 0
    assert there.sum() > 8
    assert np.abs(told - minutes)[there].max() < 1.5
    outdoors = seen & (trained.sport != STRENGTH) & life.wearing.watch[life.clock.minute(trained.start)]
    assert outdoors.sum() > 2
    metres = np.bincount(trained.day[outdoors], trained.metres[outdoors], life.plan.days)
    away = days(twin, life, "workout.distance")
    assert np.abs(away / np.maximum(metres, 1) - 1)[metres > 0].max() < 0.02


def test_what_was_heard_is_told_to_the_minute_by_song_and_by_log(twin, everything):
    life = everything.life
    assert np.abs(days(twin, life, "listening") - life.mind.listening).max() < 1e-6
    songs = days(twin, life, "listening.track")
    assert (songs[life.plan.study.first :] > 0).sum() == (life.mind.listening[life.plan.study.first :] > 0).sum()


def test_a_result_in_the_practice_and_in_apples_record_is_one(twin, everything):
    rows = twin.days("lab.hba1c")
    assert rows["value"].to_list() == [5.8, 5.9, 5.8]
    middle = everything.life.plan.day(everything.life.plan.days // 2)
    assert rows.filter(day=middle)["n"].to_list() == [1]


def test_places_follow_the_day(twin, everything):
    life = everything.life
    there = twin.days("place.visit")
    assert max(there["value"]) <= 25 * 60
    first = life.plan.day(life.plan.study.first)
    assert (there["day"] >= first).all()
    segments = json.loads((everything.exports / "Timeline.json").read_text())["semanticSegments"]
    assert all(before["endTime"][:19] <= after["startTime"][:19] or "FLYING" in str(before)
               for before, after in pairwise(segments))  # fmt: skip
    ridden = days(twin, life, "transport.distance")
    worked = [day for day in range(life.plan.study.first, life.plan.days) if not life.states.free[day]]
    assert np.median(ridden[worked]) >= 12.4


def test_whom_one_writes_with_stands_in_the_address_book(everything, accounts):
    (chat,) = everything.exports.glob("WhatsApp*")
    named = chat.stem.removeprefix("WhatsApp Chat with ")
    assert f"FN:{named}\r\n" in (everything.exports / "contacts.vcf").read_bytes().decode()
    assert {"messages.sent", "messages.received"} <= {key for _, _, told in accounts for key in told.signals}


def test_songs_fill_the_minutes_and_none_begins_before_another_ends():
    lengths = spotify._lengths(47, np.random.default_rng(3))
    assert lengths.sum() == 47 * 60_000
    assert lengths.min() > 120_000
    assert spotify._lengths(0, np.random.default_rng(3)).size == 0


def test_a_weekly_meeting_keeps_its_clock_and_leaves_out_holidays(twin, everything):
    life = everything.life
    mondays = [day for day in range(life.plan.days) if life.states.weekday[day] == 0]
    busy = days(twin, life, "calendar.busy")
    assert any(life.states.free[mondays])
    for day in mondays:
        assert (busy[day] >= 30) == (not life.states.free[day])


def test_the_same_files_again_add_nothing(twin, everything):
    again = twin.import_paths([everything.exports])
    assert sum(one.observations.new + one.observations.revised for one in again.files) == 0
    assert again.unrecognised == ()
