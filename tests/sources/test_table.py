"""Tables by mappings: the shipped ones on tables of their kind, a person's own, and what is not a table."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from selftwin.sources import _table_mapping, _table_text
from selftwin.sources._table_mapping import BadMapping, Value, mappings, parse, shipped
from selftwin.sources.reader.process import Broken, Finished, Reading, Unrecognised
from selftwin.sources.reader.sieve import Tally, sift
from selftwin.sources.table import SOURCE
from selftwin.vocabulary.errors import BrokenExport
from selftwin.vocabulary.observation import Basis

CGM = "id,time,gl\nA,2015-06-06 21:50:27,153\nA,2015-06-06 22:05:27,137\nB,2015-06-07 01:00:00,99\n"


def specimen() -> dict[str, bytes]:
    """A weight log with a unit in its header."""
    return {"weight.csv": b'Date,"Weight (lb)",Comments\n2024-05-01 07:00:00,180.5,\n2024-05-02 07:10:00,181,heavy\n'}


def at(*parts):
    return datetime(*parts)


@pytest.fixture
def read(reading):
    return lambda text: reading(SOURCE, "table.csv", text)


@pytest.fixture
def one_of(member):
    """`one_of(text, person)` reads the rows of one person and gives the account too."""

    def told(text, person):
        found, tally = member("table.csv", text), Tally("table.csv")
        parts = [pl.DataFrame(pl.from_arrow(sift(part, tally))) for part in SOURCE.read(found, subject=person)]
        return pl.concat(parts), tally.records(), tally

    return told


def told(rows, *columns):
    return rows.sort("start", "signal", "text").select(*(columns or ("signal", "value"))).rows()


def test_glucose_tables_name_their_people_and_give_one_at_a_time(member, one_of):
    assert SOURCE.subjects(member("x.csv", CGM)) == ("A", "B")
    rows, records, tally = one_of(CGM, "A")
    assert told(rows, "signal", "value", "start", "basis") == [
        ("glucose", 153.0, at(2015, 6, 6, 21, 50, 27), int(Basis.LOCAL)),
        ("glucose", 137.0, at(2015, 6, 6, 22, 5, 27), int(Basis.LOCAL)),
    ]
    assert (records.read, records.taken, records.passed) == (3, 2, 1)
    assert "records of other people are passed over" in tally.notes
    assert set(rows["source"].cast(pl.String)) == {"table:cgm"}


def test_several_people_are_refused_until_one_is_chosen(tmp_path):
    path = tmp_path / "cgm.csv"
    path.write_text(CGM)
    with Reading([(path, "cgm.csv")]) as reading:
        refused = [word for word in reading if isinstance(word, Broken)]
    assert [(word.kind, word.subjects) for word in refused] == [("SeveralSubjects", ("A", "B"))]
    with Reading([(path, "cgm.csv")], subject="B") as reading:
        done = [word for word in reading if isinstance(word, Finished)]
    assert [(word.records.taken, word.records.passed, word.signals) for word in done] == [(1, 2, {"glucose": 1})]


@pytest.mark.parametrize(("unit", "values"), [("mg/dL", [153, 137]), ("mmol/L", [8.5, 7.6])])
def test_a_glucose_tables_unit_is_told_from_its_values(read, unit, values):
    rows, account = read("".join(["id,time,gl\n", *(f"A,2015-06-06 21:5{n}:27,{v}\n" for n, v in enumerate(values))]))
    assert rows["value"].to_list() == pytest.approx([153, 137], abs=0.2)
    assert f"glucose is read as {unit}, told from its values" in account.notes


@pytest.mark.parametrize(
    "text",
    [
        "time,gl\n2024-05-01 10:00,99\n",
        "Timestamp,Glucose (mg/dL),Notes\n2024-05-01 10:00,99,\n",
        "Date;Time;Blood Glucose (mmol/L)\n01.05.2024;10:00;5,5\n31.05.2024;;\n",
    ],
)
def test_one_persons_glucose_needs_no_name(read, text):
    rows, _ = read(text)
    assert told(rows, "value", "start") == [(pytest.approx(99, abs=0.1), at(2024, 5, 1, 10, 0))]


def test_more_columns_and_another_order_of_a_glucose_table_are_no_matter(read):
    rows, account = read("gl,gender,id,time,fast_insulin\n153,F,A,2015-06-06 21:50:27,2\nNA,F,A,2015-06-06 22:00:00,\n")
    assert told(rows) == [("glucose", 153.0)]
    assert "columns passed over: gender, fast_insulin" in account.notes
    assert account.records().passed == 1


LIFESNAPS = (
    ",id,date,nightly_temperature,nremhr,rmssd,spo2,stress_score,sleep_points_percentage,calories,"
    "filteredDemographicVO2Max,activityType,bpm,lightly_active_minutes,sedentary_minutes,mindfulness_session,"
    "resting_hr,sleep_duration,minutesAsleep,steps,age,gender,bmi,HAPPY,SAD,TENSE/ANXIOUS,HOME,WORK/SCHOOL\n"
)


def test_a_day_of_lifesnaps_becomes_what_was_measured_and_answered(read):
    worn = (
        "7,x,2021-05-24,34.1,61.2,0.0,,80,0.75,2100.5,44.6,\"['Walk', 'Bike']\",79.4,128,0,True,"
        "62.5,27000000,395,7156,<30,MALE,23.0,1,0,0,1.0,1\n"
    )
    rows, _ = read(LIFESNAPS + worn)
    assert sorted(told(rows, "signal", "value", "text"), key=str) == sorted(
        [
            ("skin_temperature.sleep", 34.1, None),
            ("heart_rate.sleep.nrem", 61.2, None),
            ("stress.score", 80.0, None),
            ("stress.score.sleep", 75.0, None),
            ("energy.burned", 2100.5, None),
            ("vo2_max", 44.6, None),
            ("workout", None, "Walk"),
            ("workout", None, "Bike"),
            ("heart_rate", 79.4, None),
            ("activity.light", 128.0, None),
            ("activity.sedentary", 0.0, None),
            ("mindfulness.session", 1.0, "session"),
            ("heart_rate.resting", 62.5, None),
            ("sleep.in_bed", 450.0, None),
            ("sleep.duration", 395.0, None),
            ("steps", 7156.0, None),
            ("age.range", None, "<30"),
            ("gender", None, "male"),
            ("body_mass_index.range", None, "23.0"),
            ("feeling", 1.0, "happy"),
            ("place.kind", 1.0, "home"),
            ("place.kind", 1.0, "work_school"),
        ],
        key=str,
    )
    assert set(rows["basis"]) == {int(Basis.DATE)}


def test_a_day_the_watch_was_off_says_nothing_of_activity(read):
    rows, account = read(LIFESNAPS + "7,x,2021-05-24,,,,,0,0,1800.0,,,,0,1440,False,,,,0,,,,,,,,\n")
    assert rows.is_empty()
    assert (account.records().read, account.records().passed) == (1, 1)


def test_pmsys_wellness_answers_are_instants_on_their_scales(read):
    rows, _ = read(
        "effective_time_frame,fatigue,mood,readiness,sleep_duration_h,sleep_quality,soreness,soreness_area,stress\n"
        '2019-11-01T08:31:40.751Z,2,3,5,6,3,2,"[12921003, 32696007]",4\n'
    )
    assert told(rows, "signal", "value", "text") == [
        ("other.soreness_area", None, "12921003"),
        ("other.soreness_area", None, "32696007"),
        ("wellness.fatigue", 2.0, None),
        ("wellness.mood", 3.0, None),
        ("wellness.readiness", 5.0, None),
        ("wellness.sleep_duration", 360.0, None),
        ("wellness.sleep_quality", 3.0, None),
        ("wellness.soreness", 2.0, None),
        ("wellness.stress", 4.0, None),
    ]
    assert set(rows["basis"]) == {int(Basis.INSTANT)}
    assert set(rows["start"]) == {at(2019, 11, 1, 8, 31, 40, 751000)}


def test_a_session_lasts_until_it_was_rated(read):
    rows, _ = read(
        "end_date_time,activity_names,perceived_exertion,duration_min\n"
        "2019-11-05T22:51:54.710Z,\"['individual', 'running']\",7,30\n"
        "2019-11-06T22:51:54.710Z,\"['team', 'soccer']\",6,long\n"
    )
    first = rows.filter(pl.col("stop") == at(2019, 11, 5, 22, 51, 54, 710000))
    assert told(first, "signal", "value", "text", "start") == [
        ("training.duration", 30.0, None, at(2019, 11, 5, 22, 21, 54, 710000)),
        ("training.session_rpe", 7.0, None, at(2019, 11, 5, 22, 21, 54, 710000)),
        ("workout", None, "running", at(2019, 11, 5, 22, 21, 54, 710000)),
    ]


def test_injuries_are_named_and_weighed(read):
    rows, _ = read(
        "effective_time_frame,injuries\n2019-11-07T06:39:48Z,{}\n"
        "2019-11-13T13:53:01Z,\"{'left_elbow': 'minor', 'right_shoulder': 'major'}\"\n"
    )
    assert told(rows, "signal", "value", "text") == [
        ("injury.severity", 0.0, None),
        ("injury", None, "left_elbow: minor"),
        ("injury", None, "right_shoulder: major"),
        ("injury.severity", 2.0, None),
    ]


def test_the_pmdata_form_puts_the_day_first(read):
    rows, _ = read(
        "date,timestamp,meals,weight,glasses_of_fluid,alcohol_consumed\n"
        '06/11/2019,06/12/2019 21:58:30,"Breakfast, Dinner",100.5,7,Yes\n'
        "07/11/2019,07/11/2019 21:58:30,Lunch,,5,Do not want to provide this information\n"
    )
    assert told(rows.filter(pl.col("start") == at(2019, 11, 6)), "signal", "value", "text") == [
        ("alcohol.any", 1.0, None),
        ("meal", None, "Breakfast"),
        ("meal", None, "Dinner"),
        ("water.glasses", 7.0, None),
        ("weight", 100.5, None),
    ]
    assert rows.filter(pl.col("start") == at(2019, 11, 7))["signal"].to_list() == ["meal", "water.glasses"]


@pytest.mark.parametrize(
    "text",
    [
        "Date,Time,Systolic (mmHg),Diastolic (mmHg),Pulse (bpm),TruRead,Notes\nJan 6 2025,08:46,117,76,50,-,-\n",
        "Measurement Date,SYS(mmHg),DIA(mmHg),Pulse(bpm),Cuff wrap guide\n2025/01/06 08:46,117,76,50,OK\n",
    ],
    ids=["europe", "asia"],
)
def test_omron_tells_pressures_and_pulse_by_the_clock_of_the_place(read, text):
    rows, _ = read(text)
    assert told(rows, "signal", "value", "start") == [
        ("blood_pressure.diastolic", 76.0, at(2025, 1, 6, 8, 46)),
        ("blood_pressure.systolic", 117.0, at(2025, 1, 6, 8, 46)),
        ("heart_rate", 50.0, at(2025, 1, 6, 8, 46)),
    ]


DAYLIO = "full_date,date,weekday,time,mood,activities,note_title,note\n"


@pytest.mark.parametrize(
    "text",
    [
        DAYLIO + '2024-05-20,May 20,Monday,22:13,rad,cook | read,Morning,"well, rested"\n',
        DAYLIO.replace(",", "\t") + "2024-05-20\tMay 20\tMonday\t10:13 PM\trad\tcook | read\tMorning\twell, rested\n",
    ],
)
def test_daylio_keeps_the_mood_its_word_what_was_done_and_the_note(read, text):
    rows, _ = read(text)
    assert told(rows, "signal", "value", "text", "start") == [
        ("habit", None, "cook", at(2024, 5, 20, 22, 13)),
        ("habit", None, "read", at(2024, 5, 20, 22, 13)),
        ("journal.entry", None, "Morning", at(2024, 5, 20, 22, 13)),
        ("journal.entry", None, "well, rested", at(2024, 5, 20, 22, 13)),
        ("mood", 5.0, None, at(2024, 5, 20, 22, 13)),
        ("mood.label", None, "rad", at(2024, 5, 20, 22, 13)),
    ]


def test_daylio_of_2018_and_a_mood_of_ones_own(read):
    rows, _ = read(
        "year,date,weekday,time,mood,activities,note\n"
        '2018,18 May,Friday,11:54 pm,good,"clean | cook","Went out"\n2018,17 May,Thursday,22:21,splendid,"",""\n'
    )
    assert told(rows.filter(pl.col("signal").str.starts_with("mood")), "signal", "value", "text", "start") == [
        ("mood.label", None, "splendid", at(2018, 5, 17, 22, 21)),
        ("mood", 4.0, None, at(2018, 5, 18, 23, 54)),
        ("mood.label", None, "good", at(2018, 5, 18, 23, 54)),
    ]


def test_a_plain_mood_log_takes_numbers_and_words(read):
    rows, account = read("date,mood,note\n2024-05-01,4,fine\n2024-05-02,great,\n2024-05-03,purple,\n")
    assert told(rows) == [("journal.entry", None), ("mood", 4.0), ("mood", 5.0)]
    assert [(fault.place, fault.reason) for fault in account.faults] == [
        ("table.csv, record 3", "mood: not a finite number")
    ]


@pytest.mark.parametrize(
    ("text", "kilograms"),
    [
        ("date,weight\n2024-05-01,80.5\n", 80.5),
        ("date,weight\n2024-05-01,180\n", 81.647),
        ("Date;Weight (kg)\n01.05.2024;80,5\n31.05.2024;80,5\n", 80.5),
        ("Date,Weight (lbs)\n05/31/2024,180\n", 81.647),
        ("#Version: 6\n#Units: lb\n\n#date;weight;weight trend;body fat\n2024-05-01T08:00:00.000Z;180;;\n", 81.647),
        ("sep=;\ndate;weight\n2024-05-01;80,5\n", 80.5),
    ],
)
def test_weight_logs_are_read_in_the_unit_they_say_or_show(read, text, kilograms):
    rows, _ = read(text)
    assert rows.filter(pl.col("signal") == "weight")["value"][0] == pytest.approx(kilograms, abs=1e-3)


def test_a_scales_whole_body_is_kept(read):
    rows, _ = read(
        'Date,"Weight (kg)","Fat mass (kg)","Bone mass (kg)","Muscle mass (kg)","Hydration (kg)",Comments\n'
        '"2026-04-25 08:11:51",80.90,16.02,3.22,61.65,43.93,\n'
    )
    assert told(rows, "signal", "value", "unit") == [
        ("body_water_mass", 43.93, None),
        ("bone_mass", 3.22, None),
        ("fat_mass", 16.02, None),
        ("muscle_mass", 61.65, None),
        ("weight", 80.9, None),
    ]


def test_a_long_table_speaks_in_keys_known_names_and_names_of_its_own(read):
    rows, _ = read(
        "person,signal,date,value,unit\nx,resting_hr,2021-05-24,62.5,\nx,glucose,2021-05-24,5.5,mmol/L\n"
        "x,minutes_asleep,2021-05-24,7,h\nx,Cups of tea,2021-05-24,3,cups\nx,purchase.eur,2021-05-24,12.5,\n"
        "x,sleep.stage,2021-05-24,deep,\nx,note,2021-05-24,A word,\n"
    )
    assert sorted(told(rows, "signal", "value", "unit"), key=str) == [
        ("glucose", pytest.approx(99.09, abs=0.01), None),
        ("heart_rate.resting", 62.5, None),
        ("note", None, None),
        ("other.cups_of_tea", 3.0, "cups"),
        ("purchase.eur", 12.5, None),
        ("sleep.duration", 420.0, None),
        ("sleep.stage", None, None),
    ]
    assert sorted(rows["text"].drop_nulls()) == ["A word", "deep"]


def test_day_and_month_are_never_guessed(read, member):
    proved, _ = read("date,weight\n05/01/2024,80\n13/01/2024,81\n")
    assert proved["start"].to_list() == [at(2024, 1, 5), at(2024, 1, 13)]
    doubtful = member("x.csv", "date,weight\n05/01/2024,80\n06/01/2024,81\n")
    with pytest.raises(BrokenExport, match="day or the month"):
        list(SOURCE.read(doubtful, subject=None))


def test_cells_that_cannot_be_read_are_faults_and_the_rest_of_the_record_stays(read):
    rows, account = read(
        "date,weight,bmi\n2024-05-01,eighty,24\n2024-05-02,81,24,extra\n2024-02-30,81,24\n"
        "2024-05-04,NaN,\n1601-01-01,81,\n2200-01-01,81,\n2024-05-07,1e308,\n\n2024-05-08,,\n"
    )
    assert told(rows) == [("body_mass_index", 24.0)]
    records = account.records()
    assert (records.read, records.taken, records.passed, records.faulty) == (8, 1, 1, 6)
    assert sorted(fault.place for fault in account.faults)[:2] == ["table.csv, record 1", "table.csv, record 2"]
    assert not any("eighty" in fault.reason for fault in account.faults)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "latin-1"])
def test_encodings_are_told_apart(reading, encoding):
    text = "date,mood,note\r\n2024-05-01,4,Café\r\n"
    rows, _ = reading(SOURCE, "x.csv", text.encode(encoding))
    assert rows.filter(pl.col("signal") == "journal.entry")["text"].to_list() == ["Café"]


def test_quotes_in_odd_places_cost_no_more_than_their_record(read):
    rows, account = read(
        'date,mood,note\n2024-05-01,4,"two\nlines"\n2024-05-02,3,a 5" nail\n2024-05-03,2,"open\n2024-05-04,1,end\n'
    )
    assert rows.filter(pl.col("signal") == "mood")["start"].n_unique() >= 3
    assert account.records().read >= 3


def test_large_tables_come_in_blocks_whose_records_go_on_counting(member, monkeypatch):
    monkeypatch.setattr(_table_text, "_BLOCK", 1 << 12)
    lines = [f"2024-05-01 {n // 60 % 24:02}:{n % 60:02}:00,{100 + n % 50}" for n in range(1000)]
    lines[700] = "2024-05-01 10:00:00,none at all"
    parts = list(SOURCE.read(member("x.csv", "\n".join(["id,time,gl", *(f"A,{x}" for x in lines)])), subject=None))
    tally = Tally("x.csv")
    for part in parts:
        sift(part, tally)
    assert len(parts) > 3
    assert tally.records().read == 1000
    assert [fault.place for fault in tally.faults] == ["x.csv, record 701"]


OWN = """
title = "Tea"
[recognise]
columns = ["when", "cups"]
[time]
columns = ["when"]
[[value]]
column = "cups"
signal = "other.tea"
unit = "{cups}"
"""


def test_a_mapping_of_ones_own_in_the_config_folder_is_used(tmp_path, monkeypatch):
    (tmp_path / "tea.toml").write_text(OWN)
    (tmp_path / "bad.toml").write_text("title = ")
    every, troubles = mappings(tmp_path)
    assert every[0].name == "tea"
    assert [mapping.name for mapping in every[1:]] == [mapping.name for mapping in shipped()]
    assert len(troubles) == 1
    assert troubles[0].startswith("Your mapping bad.toml is not used")


def test_the_reading_child_finds_the_persons_mapping(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    place = _table_mapping.own_folder()
    place.mkdir(parents=True)
    (place / "tea.toml").write_text(OWN)
    table = tmp_path / "tea.csv"
    table.write_text("when,cups\n2024-05-01,3\n")
    with Reading([(table, "tea.csv")]) as reading:
        done = [word for word in reading if isinstance(word, Finished)]
    assert [word.signals for word in done] == [{"other.tea": 1}]


@pytest.mark.parametrize(("form", "stamp"), [("seconds", "1704442320"), ("milliseconds", "1704442320000")])
def test_a_count_since_1970_is_an_instant(tmp_path, monkeypatch, form, stamp):
    monkeypatch.setenv("HOME", str(tmp_path))
    place = _table_mapping.own_folder()
    place.mkdir(parents=True)
    (place / "tea.toml").write_text(OWN.replace('"when"]\n[[', f'"when"]\nformat = ["{form}"]\n[['))
    table = tmp_path / "tea.csv"
    table.write_text(f"when,cups\n{stamp},3\n")
    with Reading([(table, "tea.csv")]) as reading:
        rows = [pl.DataFrame(pl.from_arrow(one)) for one in reading if isinstance(one, pa.RecordBatch)]
    told = pl.concat(rows).select(pl.col("start").cast(pl.String).str.slice(0, 19), "basis").rows()
    assert told == [("2024-01-05 08:12:00", Basis.INSTANT)]


@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        (OWN.replace("other.tea", "no.such.signal"), "no signal"),
        (OWN.replace("cups}", "cups").replace("other.tea", "weight"), "not a unit"),
        (OWN.replace("columns", "colums"), "nobody knows colums"),
        (OWN.replace('"cups"', '"/(/"'), "missing or not what it should be"),
        (OWN + 'kind = "guess"', "a kind is one of"),
        (OWN.replace('"when"]\n[[', '"when"]\norder = "any"\n[['), "day-first or month-first"),
        ("title = 3", "missing or not"),
    ],
)
def test_a_mapping_that_cannot_be_meant_says_where(spoilt, reason):
    with pytest.raises(BadMapping, match=reason):
        parse("tea", spoilt)


@pytest.mark.parametrize(
    "text",
    [
        "a,b,c\n1,2,3\n",
        "date,weight,height of tower,crane\n2024-05-01,80,3,4\n",
        '{"date": 1, "weight": 2}',
        "date\n2024-05-01\n",
        "plain words, and more of them\n",
    ],
)
def test_a_table_nobody_maps_is_not_claimed(member, text):
    assert not SOURCE.recognises(member("x.csv", text))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("cups,when\n3,2024-05-01\n", "a table of 2 columns that no mapping knows; `selftwin map` proposes one"),
        ("a poem of one line\n", "no source recognises it"),
    ],
)
def test_a_csv_nobody_maps_is_told_what_it_needs(tmp_path, text, reason):
    path = tmp_path / "x.csv"
    path.write_text(text)
    with Reading([(path, "x.csv")]) as reading:
        told = [word for word in reading if isinstance(word, Unrecognised)]
    assert [word.path for word in told] == ["x.csv"]
    assert told[0].reason.startswith(reason)


def test_the_page_lists_every_shipped_mapping_and_all_a_mapping_may_say():
    page = (Path(__file__).parents[2] / "docs/sources/table.md").read_text()
    said = [mapping.name for mapping in shipped()] + [field.name for field in fields(Value)]
    assert [word for word in said if f"`{word}`" not in page and f"{word} = " not in page] == []
