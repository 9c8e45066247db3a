"""Calendars: shapes of RFC 5545, of the tests of icalendar and recurring-ical-events (docs/sources/calendar.md)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from dateutil.rrule import rrulestr

from selftwin.sources import _calendar_rules
from selftwin.sources._calendar_rules import moments, rule
from selftwin.sources.calendar import SOURCE

DATE, LOCAL, INSTANT = 0, 1, 2
BERLIN = """BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


def calendar(*events, before=""):
    body = "".join(f"BEGIN:VEVENT\nDTSTAMP:20240601T080000Z\n{event}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y//EN\n{before}{body}END:VCALENDAR\n".replace("\n", "\r\n")


def specimen() -> dict[str, bytes]:
    """One appointment, a weekly one with an exception, and a whole day."""
    weekly = "UID:w\nDTSTART;TZID=Europe/Berlin:20240506T090000\nDURATION:PT30M\nSUMMARY:Weekly"
    return {
        "basic.ics": calendar(
            "UID:a\nDTSTART:20240501T100000Z\nDTEND:20240501T110000Z\nSUMMARY:Dentist",
            weekly + "\nRRULE:FREQ=WEEKLY;COUNT=3\nEXDATE;TZID=Europe/Berlin:20240513T090000",
            "UID:d\nDTSTART;VALUE=DATE:20240504\nDTEND;VALUE=DATE:20240506\nSUMMARY:Trip",
        ).encode()
    }


@pytest.fixture
def read(reading):
    def rows(*events, before=""):
        found, account = reading(SOURCE, "basic.ics", calendar(*events, before=before))
        return found, account

    return rows


def times(rows, signal="calendar.event"):
    return rows.filter(signal=signal).select("start", "stop", "offset", "basis").rows()


def starts(rows):
    return rows.filter(signal="calendar.event")["start"].to_list()


def test_an_appointment_takes_time_and_keeps_its_words(read):
    rows, account = read("UID:a\nDTSTART:20240501T100000Z\nDTEND:20240501T113000Z\nSUMMARY:Eye\\, left")
    assert times(rows) == [(datetime(2024, 5, 1, 10), datetime(2024, 5, 1, 11, 30), 0, INSTANT)]
    assert rows.select("signal", "value", "text", "native").rows() == [
        ("calendar.event", None, "Eye, left", "a"),
        ("calendar.busy", 90.0, None, "a"),
    ]
    assert (account.read, account.taken) == (1, 1)


@pytest.mark.parametrize("lines", ["DTSTART:,", "DTSTART:20240501T100000Z\nDTEND:", "DTSTART:20240501\nDURATION:long"])
def test_an_empty_beginning_or_end_is_a_fault(read, lines):
    _, account = read("UID:a\n" + lines)
    assert (account.taken, account.faulty) == (0, 1)


@pytest.mark.parametrize("tzid", [
    "Europe/Berlin", "/mozilla.org/20050126_1/Europe/Berlin", "W. Europe Standard Time", "Customized Time Zone",
])  # fmt: skip
def test_a_weekly_event_keeps_its_clock_when_the_clocks_change(read, tzid):
    rows, _ = read(f"UID:w\nDTSTART;TZID={tzid}:20240325T090000\nDURATION:PT30M\nRRULE:FREQ=WEEKLY;COUNT=2",
                   before=BERLIN)  # fmt: skip
    assert [(one[0], one[2]) for one in times(rows)] == [
        (datetime(2024, 3, 25, 8), 60),
        (datetime(2024, 4, 1, 7), 120),
    ]


@pytest.mark.parametrize(("tzid", "offset"), [
    ('"tzone://Microsoft/Utc"', 0), ("tzone://Microsoft/Utc", 0), ("tzone://Microsoft/Olson/Europe/Paris", 120),
    ("(UTC+01:00) Bern, Rome", 120),
])  # fmt: skip
def test_zones_are_known_as_exchange_calls_them_with_or_without_quotes(reading, tzid, offset):
    zone = (
        "BEGIN:VTIMEZONE\nTZID:(UTC+01:00) Bern\\, Rome\nBEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETTO:+0100\n"
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:16010101T020000\n"
        "TZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT\nEND:VTIMEZONE\n"
    )
    event = f"BEGIN:VEVENT\nUID:z\nDTSTART;TZID={tzid};VALUE=DATE-TIME:20240715T133000\nEND:VEVENT\n"
    rows, _ = reading(SOURCE, "a.ics", f"BEGIN:VCALENDAR\n{zone}{event}END:VCALENDAR\n")
    start = datetime(2024, 7, 15, 13, 30) - timedelta(minutes=offset)
    assert rows.select("start", "offset", "basis").rows() == [(start, offset, INSTANT)]


def test_quoted_words_of_old_phones_are_read(read):
    rows, _ = read("UID:q\nDTSTART:20240501T070000Z\nSUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Caf=C3=A9")
    assert rows["text"].to_list() == ["Café"]


def test_days_float_and_clocks_without_a_zone_stay_on_the_wall(read):
    rows, _ = read("UID:d\nDTSTART;VALUE=DATE:20240504\nSUMMARY:Holiday", "UID:f\nDTSTART:20240504T070000",
                   "UID:u\nDTSTART;TZID=Nowhere/At all:20240504T070000")  # fmt: skip
    assert times(rows) == [
        (datetime(2024, 5, 4), datetime(2024, 5, 5), None, DATE),
        (datetime(2024, 5, 4, 7), datetime(2024, 5, 4, 7), None, LOCAL),
        (datetime(2024, 5, 4, 7), datetime(2024, 5, 4, 7), None, LOCAL),
    ]
    assert rows.filter(signal="calendar.busy").is_empty()


def test_exceptions_take_the_place_of_their_occurrence_wherever_they_stand(read):
    moved = "UID:w\nRECURRENCE-ID:20240508T070000Z\nDTSTART;TZID=Europe/Berlin:20240508T150000\nSUMMARY:Later"
    gone = "UID:w\nRECURRENCE-ID;TZID=Europe/Berlin:20240509T090000\nDTSTART:20240509T070000Z\nSTATUS:CANCELLED"
    series = (
        "UID:w\nDTSTART;TZID=Europe/Berlin:20240506T090000\nRRULE:FREQ=DAILY;UNTIL=20240510T215959Z\n"
        "EXDATE;TZID=Europe/Berlin:20240507T090000\nRDATE;TZID=Europe/Berlin:20240520T090000\nSUMMARY:Early"
    )
    rows, account = read(moved, gone, series)
    assert rows.filter(signal="calendar.event").select("start", "text", "native").sort("start").rows() == [
        (datetime(2024, 5, 6, 7), "Early", "w/20240506T070000Z"),
        (datetime(2024, 5, 8, 13), "Later", "w/20240508T070000Z"),
        (datetime(2024, 5, 10, 7), "Early", "w/20240510T070000Z"),
        (datetime(2024, 5, 20, 7), "Early", "w/20240520T070000Z"),
    ]
    assert (account.read, account.taken, account.passed) == (3, 2, 1)


def test_a_rule_without_an_end_ends_three_months_after_the_newest_stamp(read):
    rows, _ = read("UID:w\nDTSTART:20240601T060000Z\nRRULE:FREQ=MONTHLY")
    assert starts(rows) == [datetime(2024, month, 1, 6) for month in (6, 7, 8, 9)]


def test_rules_that_nothing_fits_or_that_never_rest_cost_one_occurrence(read):
    rows, account = read(*(f"UID:{n}\nDTSTART:19500101T060000Z\nRRULE:{rule}" for n, rule in enumerate((
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=SECONDLY", "FREQ=YEARLY;BYWEEKNO=99", "FREQ=YEARLY;INTERVAL=0",
    ))))  # fmt: skip
    assert rows.height == 4
    assert "what recurs by the hour, or by a rule that cannot be read, is kept once" in account.notes


def test_rules_made_to_keep_a_reader_busy_are_left(monkeypatch):
    every = ",".join(map(str, range(60)))
    assert rule(f"FREQ=YEARLY;BYDAY=MO,TU,WE;BYHOUR=8,9;BYMINUTE={every};BYSECOND={every};BYSETPOS=366") is None
    assert rule("FREQ=DAILY;BYHOUR=8,12,18;BYMINUTE=0,30") is not None
    looked, fits = [], _calendar_rules._fits
    monkeypatch.setattr(_calendar_rules, "_fits", lambda *told: looked.append(1) or fits(*told))
    never = rule("FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6")
    assert list(moments(never, datetime(1900, 1, 1), datetime(2100, 1, 1))) == [datetime(1900, 1, 1)]
    assert len(looked) < 21_000


def test_free_and_endless_times_take_no_time_and_old_revisions_are_passed(read):
    rows, account = read(
        "UID:t\nDTSTART:20240501T100000Z\nDTEND:20240501T110000Z\nTRANSP:TRANSPARENT",
        "UID:m\nDTSTART:20240501T100000Z\nDTEND:20240501T110000Z\nX-MICROSOFT-CDO-BUSYSTATUS:FREE",
        "UID:l\nDTSTART:20240501T100000Z\nDTEND:20240503T110000Z",
        "UID:r\nDTSTART:20240501T100000Z\nSEQUENCE:1",
        "UID:r\nDTSTART:20240502T100000Z\nSEQUENCE:2",
    )
    assert rows["signal"].unique().to_list() == ["calendar.event"]
    assert rows.filter(native="r")["start"].to_list() == [datetime(2024, 5, 2, 10)]
    assert account.passed == 1


def test_of_two_exceptions_of_one_number_the_one_written_later_counts(read):
    series = "UID:r\nDTSTART:20240501T100000Z\nRRULE:FREQ=DAILY;COUNT=2\nSEQUENCE:1"
    moved = "UID:r\nSEQUENCE:1\nRECURRENCE-ID:20240502T100000Z\nDTSTART:20240502T{}0000Z\nLAST-MODIFIED:{}"
    rows, account = read(moved.format(15, "20240501T120000Z"), series, moved.format(14, "20240501T110000Z"))
    assert sorted(rows["start"].unique()) == [datetime(2024, 5, 1, 10), datetime(2024, 5, 2, 15)]
    assert account.passed == 1


def test_an_event_of_two_rules_recurs_by_both_as_dateutil_says(read):
    rules = "RRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=3\nRRULE:FREQ=MONTHLY;BYMONTHDAY=8,20;UNTIL=20240710T000000Z"
    rows, _ = read("UID:r\nDTSTART:20240501T100000Z\n" + rules)
    theirs = rrulestr(rules.replace("Z", ""), dtstart=datetime(2024, 5, 1, 10), forceset=True)
    assert rows["start"].to_list() == list(theirs)


def test_no_more_than_eight_rules_of_an_event_are_gone_by(read):
    rules = "\n".join(f"RRULE:FREQ=MONTHLY;UNTIL=20240131T000000Z;BYMONTHDAY={day}" for day in range(1, 13))
    rows, _ = read("UID:r\nDTSTART:20240101T100000Z\n" + rules)
    assert rows["start"].dt.day().to_list() == list(range(1, 9))


def test_what_is_damaged_is_a_fault_and_what_is_inside_an_alarm_is_not_of_the_event(read):
    alarm = "BEGIN:VALARM\nUID:alarm\nDURATION:P1D\nSUMMARY:Beep\nEND:VALARM"
    rows, account = read(
        "UID:a\n" + alarm + "\nDTSTART:20240501T100000Z\nSUMMARY:Fold\n ed",
        "UID:x\nSUMMARY:No start",
        "UID:y\nDTSTART:20241301T100000Z",
        "UID:z\nDTSTART:20240501T100000Z\nBEGIN:VEVENT\nUID:in",
    )
    assert rows.select("native", "text", "stop").rows() == [("a", "Folded", datetime(2024, 5, 1, 10))]
    assert (account.read, account.taken, account.faulty) == (5, 1, 4)
    assert not any("2024" in fault.reason for fault in account.faults)


def test_a_line_without_an_end_costs_its_entry(reading):
    text = calendar("UID:a\nDTSTART:20240501T100000Z\nSUMMARY:" + "x" * (17 << 20), "UID:b\nDTSTART:20240501T100000Z")
    rows, account = reading(SOURCE, "basic.ics", text)
    assert rows["native"].to_list() == ["b"]
    assert account.faulty == 1


def test_tasks_are_passed_over(reading):
    text = calendar().replace("END:VCALENDAR", "BEGIN:VTODO\r\nUID:t\r\nEND:VTODO\r\nEND:VCALENDAR")
    _, account = reading(SOURCE, "basic.ics", text + calendar("UID:a\nDTSTART:20240501T100000Z"))
    assert (account.taken, account.passed, dict(account.kinds)) == (1, 1, {"task": 1, "event": 1})


@pytest.mark.parametrize("text", [
    "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;BYDAY=TU,TH;INTERVAL=2;WKST=SU", "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=MONTHLY;BYDAY=1SU,3WE", "FREQ=MONTHLY;BYMONTHDAY=-1,15", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
    "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "FREQ=YEARLY;BYDAY=20MO", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "FREQ=YEARLY",
    "FREQ=YEARLY;BYYEARDAY=1,-1", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "FREQ=YEARLY;BYMONTH=1;BYDAY=SU,SA",
    "FREQ=DAILY;BYMONTH=1", "FREQ=MONTHLY;INTERVAL=18;BYMONTHDAY=10,11", "FREQ=WEEKLY;BYHOUR=9,17;BYMINUTE=0,20",
    "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
])  # fmt: skip
@pytest.mark.parametrize("start", [datetime(2020, 2, 29, 9), datetime(2019, 12, 31, 23, 30)])
def test_rules_recur_when_dateutil_says_so(text, start):
    last = datetime(2030, 1, 1)
    theirs = [one for one in rrulestr(f"RRULE:{text};UNTIL=20300101T000000", dtstart=start) if one != start]
    assert list(moments(rule(text), start, last)) == [start, *theirs]
