"""What the sample person's devices write is in genuine formats: every file is known, whole, and says the truth."""

from __future__ import annotations

import json
import re
import sqlite3
import zipfile
from collections import Counter
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from selftwin.sample import digest, live, write
from selftwin.sample.export.dtd import dtd
from selftwin.sample.writing import BODY
from selftwin.sources.reader.process import Broken, Finished, Reading, Started, Unrecognised

SOURCES = {
    "export.zip/apple_health_export/clinical-records/": "fhir", "export.zip": "apple_health",
    "takeout-fitbit.zip": "fitbit", "my_whoop_data": "whoop", "Vocabulary.apkg": "anki",
    "Clarity_Export": "dexcom_clarity", "SamplePerson_glucose": "libre", "nightscout/": "nightscout",
    "weight.csv": "withings",
}  # fmt: skip


@pytest.fixture(scope="module")
def accounts(written):
    """What the child made of everything: (path, source, account) of each member."""
    files = [(path, path.relative_to(written.exports).as_posix()) for path in written.paths[:-1]]
    found, begun = [], None
    with Reading(files, None, None, ()) as reading:
        for told in reading:
            assert not isinstance(told, (Broken, Unrecognised)), told
            if isinstance(told, Started):
                begun = told
            elif isinstance(told, Finished):
                found.append((begun.path, begun.source, told))
    return found


def test_every_file_is_known_by_its_own_source(accounts):
    for path, source, _ in accounts:
        assert source == next((name for begin, name in SOURCES.items() if path.startswith(begin)), "table"), path
    assert {source for _, source, _ in accounts} == {*SOURCES.values(), "table"}


def test_no_record_is_at_fault_and_little_is_passed_over(accounts):
    assert [told.faults for _, _, told in accounts if told.faults] == []
    read = sum(told.records.read for _, _, told in accounts)
    passed = sum(told.records.passed for _, _, told in accounts)
    assert read > 20_000
    assert passed < 60


def test_the_notes_say_what_is_passed_over(accounts):
    notes = {note for _, source, told in accounts if source == "apple_health" for note in told.notes}
    assert "the clinical document repeats the export" in notes


def test_each_source_gives_the_signals_its_device_has(accounts):
    found: dict[str, set[str]] = {}
    for _, source, told in accounts:
        found.setdefault(source, set()).update(told.signals)
    heart = {"heart_rate", "heart_rate.resting", "sleep.stage", "steps"}
    assert heart | {"heart_rate.beat", "skin_temperature.sleep", "alcohol.drinks", "workout", "blood_pressure.systolic",
                    "ring.move", "meal.carbs", "vo2_max", "noise.exposure"} <= found["apple_health"]  # fmt: skip
    assert heart | {"sleep.score", "heart_rate_variability.rmssd", "workout"} <= found["fitbit"]
    assert {"glucose", "meal.carbs"} <= found["dexcom_clarity"] & found["libre"] & found["nightscout"]
    assert {"recovery.score", "heart_rate.resting", "sleep.duration"} <= found["whoop"]
    assert {"recall.review", "recall.rating"} <= found["anki"]
    assert found["withings"] == {"weight"}
    assert {"mood", "wellness.stress", "purchase.eur", "listening"} <= found["table"]
    stray = {signal for signals in found.values() for signal in signals if signal.startswith("other.")}
    assert all("journal" in signal or signal in {"other.soreness_area", "other.insulin_basal_planned"} or
               signal.startswith("other.oxygen_saturation") for signal in stray)  # fmt: skip


def test_nothing_is_recorded_after_the_export(accounts, written):
    last = str(written.life.plan.day(written.life.plan.days - 1))
    assert max(told.last for _, _, told in accounts)[:10] == last
    apple = next(told for path, _, told in accounts if path.endswith("export.xml"))
    assert apple.exported[:19] >= apple.last[:19].replace(" ", "T")


@pytest.mark.parametrize("days", [42, 47])
def test_the_shortest_lives_of_other_seeds_are_read_without_a_fault_too(days, tmp_path):
    paths = write(live(days=days, seed=days), tmp_path)
    with Reading([(path, path.name) for path in paths[:-1]], None, None, ()) as reading:
        told = list(reading)
    assert not [one for one in told if isinstance(one, (Broken, Unrecognised)) or getattr(one, "faults", ())]


def test_the_same_life_gives_the_same_bytes(written, tmp_path):
    again = write(written.life, tmp_path, archives=BODY)
    assert [path.name for path in again] == [path.name for path in written.paths]
    assert all(a.read_bytes() == b.read_bytes() for a, b in zip(again, written.paths, strict=True))


# Apple Health


@pytest.fixture(scope="module")
def apple(written):
    with zipfile.ZipFile(written.exports / "export.zip") as archive:
        return archive.read("apple_health_export/export.xml").decode(), archive.namelist()


def test_apples_xml_is_well_formed_and_every_attribute_is_declared(apple):
    text, _ = apple
    root = ET.fromstring(text)  # noqa: S314 - written above
    declared = {
        name: set(re.findall(r"^  (\w+) ", attributes, re.MULTILINE))
        for name, attributes in re.findall(r"<!ATTLIST (\w+)\n(.*?)^>", dtd(), re.MULTILINE | re.DOTALL)
    }
    for element in root.iter():
        assert set(element.attrib) <= declared.get(element.tag, set()), element.tag
    assert [child.tag for child in root][:2] == ["ExportDate", "Me"]


def test_apples_stamps_all_carry_the_offset_of_the_phone_on_the_day_of_the_export(apple):
    text, _ = apple
    offsets = Counter(re.findall(r'(?:start|end|creation)Date="[\d-]{10} [\d:]{8} ([+-]\d{4})"', text))
    assert list(offsets) == ["+0100"]  # November, although the life began in summer time
    assert 'value="2025-11-10 23:52:00 +0100"' in text


def test_apples_sleep_and_workouts_name_the_zone_they_were_in(apple):
    text, _ = apple
    zones = Counter(re.findall(r'key="HKTimeZone" value="([^"]+)"', text))
    assert set(zones) == {"Europe/Amsterdam", "America/Los_Angeles"}
    assert zones["Europe/Amsterdam"] > zones["America/Los_Angeles"] > 20


def test_both_generations_of_sleep_and_of_workouts_are_there(apple):
    text, _ = apple
    kinds = set(re.findall(r'value="HKCategoryValueSleepAnalysis(\w+)"', text))
    assert kinds == {"InBed", "AsleepUnspecified", "AsleepCore", "AsleepDeep", "AsleepREM", "Awake"}
    assert {"totalEnergyBurned" in one for one in re.findall(r"<Workout [^>]+", text)} == {True, False}
    assert "<WorkoutStatistics" in text


def test_the_export_has_everything_that_lies_beside_the_records(apple):
    names = " ".join(apple[1])
    for part in ("export_cda.xml", "clinical-records/", "electrocardiograms/", "workout-routes/"):
        assert f"apple_health_export/{part}" in names


def test_pointers_change_from_record_to_record(apple):
    pointers = re.findall(r"HKDevice: (0x[0-9a-f]+)&gt;", apple[0])
    assert len(set(pointers)) == len(pointers) > 1000


# The others


def test_clarity_rows_are_ragged_as_dexcom_writes_them(written):
    (path,) = written.exports.glob("Clarity_Export_*.csv")
    data = path.read_bytes()
    assert data.startswith(b'\xef\xbb\xbf"Index"')
    rows = [line.split(",") for line in data.decode("utf-8-sig").removesuffix("\r\n").split("\r\n")]
    assert {len(row) for row in rows if row[2] == '"EGV"'} == {14}
    assert {len(row) for row in rows[1:] if row[2] != '"EGV"'} == {13}


def test_libre_rows_have_nineteen_fields_grouped_by_kind(written):
    (path,) = written.exports.glob("*_glucose_*.csv")
    lines = path.read_bytes().decode().removesuffix("\r\n").split("\r\n")
    assert lines[0].startswith("Glucose Data,Generated on,")
    assert {line.count(",") for line in lines[1:]} == {18}
    kinds = [line.split(",")[3] for line in lines[2:]]
    runs = [kind for kind, before in zip(kinds, ["", *kinds], strict=False) if kind != before]
    assert runs == ["0", "1", "5", "6"] * 2


def test_the_deck_is_a_database_with_every_review(written):
    with zipfile.ZipFile(written.exports / "Vocabulary.apkg") as archive:
        assert archive.namelist() == ["collection.anki2", "collection.anki21", "media"]
        data = archive.read("collection.anki21")
    collection = sqlite3.connect(":memory:")
    collection.deserialize(data)
    (count,) = collection.execute("SELECT count(*) FROM revlog").fetchone()
    (loose,) = collection.execute("SELECT count(*) FROM revlog WHERE cid NOT IN (SELECT id FROM cards)").fetchone()
    collection.close()
    assert (count, loose) == (written.life.reviews.at.size, 0)


def test_fitbit_nights_add_up_and_short_wakes_lie_over_the_stages(written):
    with zipfile.ZipFile(written.exports / "takeout-fitbit.zip") as archive:
        names = [name for name in archive.namelist() if "/sleep-" in name]
        logs = [log for name in names for log in json.loads(archive.read(name))]
    assert len(logs) == written.life.wearing.fitbit_nights.sum()
    for log in logs:
        assert sum(level["seconds"] for level in log["levels"]["data"]) * 1000 == log["duration"]
        assert log["minutesAsleep"] + log["minutesAwake"] == log["timeInBed"]
    assert any(log["levels"]["shortData"] for log in logs)


# The truth


def test_the_truth_lies_beside_the_exports_and_says_how_it_came_about(written):
    life, path = written.life, written.paths[-1]
    assert path.parent == written.exports.parent
    told = json.loads(path.read_text())
    assert told["digest"] == digest(life)
    assert told["zones"][0]["zone"] == "America/Los_Angeles"
    assert told["effects"]["alcohol_resting"] == life.effects.alcohol_resting
    assert {link["effect"] for link in told["links"]} <= set(told["effects"])
    assert {link["cause"] for link in told["links"]} <= set(told["days"])
    assert {len(values) for values in told["days"].values()} == {life.plan.days}
    assert np.allclose(told["days"]["resting"], life.body.resting, atol=1e-4)
