"""What a table nobody knows may mean is told from its names, its units and its values, and said to be a guess."""

from __future__ import annotations

import io

import pytest

from selftwin.sources._table_mapping import parse
from selftwin.sources._table_proposal import Proposal, propose
from selftwin.sources.reader.members import Member
from selftwin.vocabulary.errors import UnknownFormat


def proposed(text: str, name: str = "log.csv") -> Proposal:
    data = text.encode()
    return propose(Member(name, len(data), lambda: io.BytesIO(data)), name="log")


def guess(header: str, *cells: str, name: str = "log.csv") -> tuple[str, str, tuple[str, ...]]:
    """Role, signal and units of a column beside a date."""
    rows = [f"2024-03-{day:02};{cells[day % len(cells)]}" for day in range(1, 29)]
    found = proposed("\n".join([f"date;{header}", *rows]), name)
    assert found.columns[0].role == "time"
    return found.columns[1].role, found.columns[1].signal, found.columns[1].units


@pytest.mark.parametrize(
    ("header", "cells", "signal", "units"),
    [
        ("Weight (kg)", ["81.4", "80.9"], "weight", ("kg",)),
        ("weight_lbs", ["181.4", "180"], "weight", ("[lb_av]",)),
        ("Gewicht", ["81,4", "80,9"], "weight", ("kg",)),
        ("Poids", ["301", "299"], "weight", ("[lb_av]",)),
        ("restingHR", ["55", "54"], "heart_rate.resting", ("/min",)),
        ("Pulse", ["66", "71"], "heart_rate", ("/min",)),
        ("Blood Glucose", ["5.4", "7.1"], "glucose", ("mmol/L",)),
        ("Blood Glucose", ["104", "139"], "glucose", ("mg/dL",)),
        ("Glucose mmol/L", ["5.4", "7.1"], "glucose", ("mmol/L",)),
        ("Body temp", ["97.9", "98.4"], "body_temperature", ("[degF]",)),
        ("Körpertemperatur", ["36,6", "37,1"], "body_temperature", ("Cel",)),
        ("Hours slept", ["7.5", "8"], "sleep.duration", ("h",)),
        ("Steps", ["8123", "10,204"], "steps", ("{steps}",)),
        ("Weight", ["121", "120"], "weight", ("kg", "[lb_av]")),
        ("widgets", ["3", "4"], "other.widgets", ("1",)),
        ("widgets (kg)", ["3", "4"], "other.widgets", ("kg",)),
    ],
)
def test_a_number_is_known_by_its_name_and_its_unit_by_the_header_or_the_values(
    header: str, cells: list[str], signal: str, units: tuple[str, ...]
) -> None:
    assert guess(header, *cells) == ("value", signal, units)


def test_a_column_that_is_only_called_a_value_goes_by_the_name_of_the_file() -> None:
    assert guess("Value", "104", "139", name="blood_sugar.csv") == ("value", "glucose", ("mg/dL",))
    assert guess("Value", "104", "139", name="export.csv")[1] == "other.export_value"


def test_words_are_notes_states_or_left() -> None:
    assert guess("Notes", "slept badly", "a long walk")[:2] == ("value", "note")
    assert guess("weather outside", "sun", "rain")[:2] == ("value", "other.weather_outside")
    assert guess("thing", *(f"word {n}" for n in range(28)))[0] == "left"
    assert guess("nothing", "")[0] == "left"


def test_people_dates_and_clocks_are_told_apart() -> None:
    rows = [f"u{n % 2},2024-03-0{1 + n % 9},0{n % 9}:15,6{n % 9}" for n in range(30)]
    found = proposed("\n".join(["user id,day,time,hr", *rows]))
    assert [column.role for column in found.columns] == ["person", "time", "time", "value"]
    mapping = parse("log", found.text)
    assert mapping.subject is not None
    assert mapping.subject.fits("user id")
    assert [name.fits("day") is not None for name in mapping.time] == [True, False]


@pytest.mark.parametrize(
    ("days", "order", "left"),
    [(["03.01.2024", "31.01.2024"], "day-first", ()), (["01/03/2024", "01/31/2024"], "month-first", ()),
     (["01/03/2024", "05/02/2024"], None, ("order",))],
)  # fmt: skip
def test_the_order_of_day_and_month_is_proved_or_asked_for(
    days: list[str], order: str | None, left: tuple[str, ...]
) -> None:
    found = proposed("date;hr\n" + "".join(f"{day};6{n}\n" for n, day in enumerate(days)))
    assert parse("log", found.text).order == order
    assert found.open == left


@pytest.mark.parametrize(
    ("stamp", "form"),
    [("Jan {day}, 2024 7:30 AM", "%B %d, %Y %I:%M %p"), ("{day} January 2024, 19:30", "%d %B %Y, %H:%M"),
     ("{day} Jan 2024", "%d %B %Y"), ("17044423{day:02}", "seconds"), ("17044423{day:02}000", "milliseconds")],
)  # fmt: skip
def test_a_date_that_is_neither_iso_nor_numbers_is_written_down_with_its_form(stamp: str, form: str) -> None:
    found = proposed("date;hr\n" + "".join(f"{stamp.format(day=day)};6{day % 9}\n" for day in range(1, 20)))
    assert [column.role for column in found.columns] == ["time", "value"]
    assert parse("log", found.text).format == (form,)


def test_a_clock_beside_a_date_of_words_follows_it() -> None:
    found = proposed("Date;Time;hr\n" + "".join(f"Jan {day}, 2024;7:{day} AM;6{day % 9}\n" for day in range(10, 20)))
    assert "%B %d, %Y %I:%M %p" in parse("log", found.text).format


def test_what_is_counted_since_1970_is_left_where_a_date_is_written() -> None:
    found = proposed("timestamp_ms,at,id,hr\n" + "".join(f"17044423200{n},2024-01-05,17044423{n},6{n % 9}\n"
                                                        for n in range(10, 20)))  # fmt: skip
    assert [(column.role, column.why) for column in found.columns[:2]] == [("left", "another time"), ("time", "a date")]
    assert found.columns[2].role == "value"


def test_what_is_lifted_is_no_weight_of_a_body() -> None:
    rows = "".join(f"2024-03-{day:02},Squat,{day % 3},8{day % 5},{day % 7},71.{day % 9}\n" for day in range(1, 29))
    found = proposed("Date,Exercise Name,Set Order,Weight (kg),Reps,Body weight\n" + rows)
    told = {column.header: (column.signal, column.units) for column in found.columns if column.role == "value"}
    assert told["Weight (kg)"] == ("other.weight", ("kg",))
    assert told["Set Order"][0] == "other.set_order"
    assert told["Body weight"] == ("weight", ("kg",))


def test_hostile_names_stay_words_of_the_mapping() -> None:
    nasty = 'we"ight\\ [[value]] \x1b]0;'
    found = proposed(f"date;'{nasty}'\n" + "2024-01-01;3\n" * 20)
    assert parse("log", found.text).values[0].column.fits(found.columns[1].header)


def test_calories_beside_carbohydrates_were_eaten() -> None:
    rows = [f"2024-03-{day:02},{1900 + day},{220 + day}" for day in range(1, 29)]
    found = proposed("\n".join(["Date,Energy (kcal),Carbs (g)", *rows]))
    assert [column.signal for column in found.columns] == ["", "energy.intake", "meal.carbs"]


def test_a_clock_of_twelve_hours_is_a_clock() -> None:
    rows = [f"1/{day}/2024,{1 + day % 12}:15 PM,6{day % 9}" for day in range(1, 29)]
    assert [column.role for column in proposed("\n".join(["day,time,hr", *rows])).columns] == ["time", "time", "value"]


def test_a_clock_beside_dates_that_cannot_be_read_is_no_time() -> None:
    with pytest.raises(UnknownFormat, match="a date"):
        proposed("day,time,hr\n" + "the first of May,08:15,61\n" * 20)


@pytest.mark.parametrize("text", ["", "a,b\n", "only words\nand lines\n", "1,2\n3,4\n", "hr,spo2\n60,97\n61,98\n"])
def test_what_is_no_table_or_tells_no_time_is_refused(text: str) -> None:
    with pytest.raises(UnknownFormat, match=r"no table|No column"):
        proposed(text)
