"""Tables of Renpho (two generations), Zepp Life and openScale, in the headers of docs/sources/smart_scale.md."""

from __future__ import annotations

from datetime import datetime

import pytest

from selftwin.sources.reader.sieve import Tally, sift
from selftwin.sources.smart_scale import SOURCE

LOCAL, INSTANT = 1, 2
RENPHO = (
    "Time of Measurement,Weight(kg),BMI,Body Fat(%),Fat-Free Mass(kg),Subcutaneous Fat(%),Visceral Fat,Body Water(%),"
    "Skeletal Muscle(%),Muscle Mass(kg),Bone Mass(kg),Protein(%),BMR(kcal),Metabolic Age,Optimal weight(kg),"
    "Target to optimal weight(kg),Target to optimal fat mass(kg),Target to optimal muscle mass(kg),Body Type,Remarks\n"
    "2024-01-01 10:20:30,76.15,23.8,23.2,58.48,20.9,7.0,55.4,49.5,55.59,2.89,17.5,1618,35,,,,,,before lunch\n"
)
RENPHO_HEALTH = (
    "No.\tDate\tTime\tWeight(kg)\tBMI\tBody Fat Percentage(%)\tBody Fat Mass(kg)\tMuscle Percentage(%)\tMuscle Mass(kg)"
    "\tBody Water Percentage(%)\tBody Water Mass(kg)\tMetabolic Age\tWHR (Waist-to-Hip Ratio)\tRemarks\n"
    "1\t2026.10.07\t20:34:03\t69.1\t22.6\t13.5\t9.33\t82.2\t56.8\t62.4\t43.12\t31\t--\t--\n"
)
ZEPP = (
    "time,weight,height,bmi,fatRate,bodyWaterRate,boneMass,metabolism,muscleRate,visceralFat\n"
    "2026-01-15 06:00:00+0000,77.1,182.0,23.2,20.7,54.3,3.1,1644.0,57.9,9.0\n"
    "2026-01-16 06:00:00+0000,80.0,182.0,24.2,null,null,null,0,null,null\n"
    ",,,,,,,,,\n"
)
OPENSCALE = (
    '"biceps","bone","caliper1","caliper2","caliper3","calories","chest","comment","dateTime","fat","hip","lbm",'
    '"muscle","neck","thigh","visceralFat","waist","water","weight"\n'
    '0.0,3.1,0.0,0.0,0.0,0.0,0.0,"after, run",2021-01-21 11:34,20.5,0.0,0.0,41.2,0.0,0.0,7.0,88.0,55.1,80.4\n'
)


def specimen() -> dict[str, bytes]:
    """A weighing of each app."""
    tables = {"Renpho.csv": RENPHO, "Renpho Health.csv": RENPHO_HEALTH, "BODY.csv": ZEPP, "openScale.csv": OPENSCALE}
    return {name: text.encode() for name, text in tables.items()}


@pytest.fixture
def read(reading):
    return lambda content: reading(SOURCE, "scale.csv", content)


def values(rows):
    return {key: value for key, value in rows.select("signal", "value").rows() if value is not None}


def test_renpho_tells_the_body_in_full(read):
    rows, account = read(RENPHO)
    assert values(rows) == {
        "weight": 76.15, "body_mass_index": 23.8, "body_fat": 23.2, "lean_mass": 58.48, "other.subcutaneous_fat": 20.9,
        "visceral_fat": 7.0, "body_water": 55.4, "other.skeletal_muscle_share": 49.5, "muscle_mass": 55.59,
        "bone_mass": 2.89, "other.body_protein": 17.5, "metabolic_rate.basal": 1618.0, "metabolic_age": 35.0,
    }  # fmt: skip
    assert rows["text"].drop_nulls().to_list() == ["before lunch"]
    assert rows.select("start", "basis").unique().rows() == [(datetime(2024, 1, 1, 10, 20, 30), LOCAL)]
    assert account.taken == 1


def test_pounds_become_kilograms_and_units_in_cells_are_no_harm(read):
    header = "Time of Measurement,Weight(lb),BMI,Fat-free Body Weight(lb),Body Fat(%)\n"
    text = header + "2024-01-01 10:20:30,170.0lb,24,130.0,20%\n"
    found = {key: round(value, 3) for key, value in values(read(text)[0]).items()}
    assert found == {"weight": 77.111, "body_mass_index": 24.0, "lean_mass": 58.967, "body_fat": 20.0}


@pytest.mark.parametrize(
    ("stamp", "moment"),
    [
        ("July 4, 2022 9:34:26 AM", datetime(2022, 7, 4, 9, 34, 26)),
        ("April 14, 2022 12:49:44 PM", datetime(2022, 4, 14, 12, 49, 44)),
        ("04/18/2022, 17:40:27", datetime(2022, 4, 18, 17, 40, 27)),
    ],
)
def test_renpho_once_wrote_dates_in_other_ways(read, stamp, moment):
    rows, account = read(f'Time of Measurement,Weight(lb),BMI,Body Fat(%)\n"{stamp}",164.2,24.3,--\n')
    assert set(rows["signal"]) == {"weight", "body_mass_index"}
    assert rows.select("start", "basis").unique().rows() == [(moment, LOCAL)]
    assert account.taken == 1


@pytest.mark.parametrize(
    ("days", "moments", "note"),
    [
        (("17/04/2026", "11/04/2026"), [(2026, 4, 17), (2026, 4, 11)], "dates are read day-first"),
        (("04/18/2026", "04/11/2026"), [(2026, 4, 18), (2026, 4, 11)], "dates are read month-first"),
        (("2026.04.17", "2026.04.11"), [(2026, 4, 17), (2026, 4, 11)], ""),
        (("01/03/2026", "01/02/2026"), [], "nothing tells whether the day or the month comes first"),
    ],
)
def test_the_whole_file_tells_whether_the_day_or_the_month_comes_first(read, days, moments, note):
    header = "Date, Time, Weight(kg),BMI,Body Fat(%),Fat-Free Mass(kg),Protein (%),Metabolic Age,Remarks\n"
    rows, account = read(header + "".join(f"{day},07:15:40,80.5,25.0, --,60.1,16.2,41, --\n" for day in days))
    assert rows["start"].unique(maintain_order=True).to_list() == [datetime(*day, 7, 15, 40) for day in moments]
    assert account.faulty == (0 if moments else 2)
    assert list(account.notes) == ([note] if note else [])
    if moments:
        assert values(rows) == {
            "weight": 80.5, "body_mass_index": 25.0, "lean_mass": 60.1, "other.body_protein": 16.2,
            "metabolic_age": 41.0,
        }  # fmt: skip


@pytest.mark.parametrize("delimiter", ["\t", ",", ";"])
def test_renpho_health_parts_date_and_time(read, delimiter):
    rows, _ = read(RENPHO_HEALTH.replace("\t", delimiter))
    found = values(rows)
    assert [found[name] for name in ("weight", "fat_mass", "muscle_share")] == [69.1, 9.33, 82.2]
    assert rows["start"].unique().to_list() == [datetime(2026, 10, 7, 20, 34, 3)]
    assert rows["text"].is_null().all()


def test_zepp_life_tells_moments_and_its_muscle_rate_is_a_mass(read):
    rows, account = read(ZEPP)
    assert values(rows.filter(rows["start"] == datetime(2026, 1, 15, 6))) == {
        "weight": 77.1, "height": 1.82, "body_mass_index": 23.2, "body_fat": 20.7, "body_water": 54.3, "bone_mass": 3.1,
        "metabolic_rate.basal": 1644.0, "muscle_mass": 57.9, "visceral_fat": 9.0,
    }  # fmt: skip
    second = values(rows.filter(rows["start"] == datetime(2026, 1, 16, 6)))
    assert second.keys() == {"weight", "height", "body_mass_index"}
    assert set(rows["basis"]) == {INSTANT}
    assert account.read == 2


def test_a_family_asks_who_is_meant(member):
    two = member("BODY.csv", ZEPP + "2026-01-15 08:00:00+0000,60.0,160.0,23.4,23.5,52.4,2.38,1471.0,43.61,6.0\n")
    assert SOURCE.subjects(two) == ("160 cm", "182 cm")
    tally = Tally("")
    rows = [sift(part, tally) for part in SOURCE.read(two, subject="160 cm")]
    assert sum(one.num_rows for one in rows) == 9
    assert (tally.taken, tally.passed) == (1, 2)


def test_openscale_leaves_out_what_is_zero(read):
    rows, _ = read(OPENSCALE)
    assert values(rows) == {
        "bone_mass": 3.1, "body_fat": 20.5, "muscle_share": 41.2, "visceral_fat": 7.0, "waist_circumference": 88.0,
        "body_water": 55.1, "weight": 80.4,
    }  # fmt: skip
    assert rows["text"].drop_nulls().to_list() == ["after, run"]
    old, _ = read(OPENSCALE.replace("2021-01-21 11:34", "21.01.2021 11:34"))
    assert old["start"].equals(rows["start"])


def test_bad_cells_are_faults(read):
    rows, account = read(RENPHO + "2024-01-02 10:20:30,heavy\nyesterday,75\n2024-01-03 10:20:30,-5\n")
    assert (account.read, account.taken, account.faulty) == (4, 1, 3)
    assert rows["value"].is_finite().sum() == 13


@pytest.mark.parametrize("content", [b"", "Date,Weight (kg)\n2024-01-01,80\n", "time,weight\n1,2\n"])
def test_others_are_left_alone(member, content):
    assert not SOURCE.recognises(member("weight.csv", content))
