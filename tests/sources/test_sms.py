"""SMS Backup & Restore: the fields its maker describes (docs/sources/sms.md)."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from selftwin.sources._correspondents import pseudonym
from selftwin.sources.sms import SOURCE

HEAD = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<!--File Created By SMS Backup & Restore-->\n"
TEXT = '<sms protocol="0" address="+436641234567" date="{0}" type="{1}" subject="null" body="{2}" read="1" />'
PICTURE = (
    '<mms date="1714550400000" msg_box="2" address="+436641234567" m_id="x"><parts>'
    '<part seq="-1" ct="application/smil" text="&lt;smil/&gt;" /><part seq="0" ct="image/jpeg" data="AAAA" />'
    '<part seq="0" ct="text/plain" text="Look!" /></parts><addrs><addr address="+43" type="151" /></addrs></mms>'
)
CALL = '<call number="06641234567" duration="{0}" date="1714550400000" type="{1}" presentation="1" />'


def texts(*said):
    return f'{HEAD}<smses count="{len(said)}" backup_set="x">{"".join(said)}</smses>'


def calls(*made):
    return f'{HEAD}<calls count="{len(made)}">{"".join(made)}</calls>'


def specimen() -> dict[str, bytes]:
    """Two messages, a picture, and two calls."""
    said = (TEXT.format(1714550400000, 1, "Hi &#128512;"), TEXT.format(1714550460000, 2, "Hello"), PICTURE)
    return {
        "sms-20240501.xml": texts(*said).encode(),
        "calls-20240501.xml": calls(CALL.format(90, 1), CALL.format(0, 3)).encode(),
    }


@pytest.fixture
def read(reading):
    return lambda content: reading(SOURCE, "sms-20240501.xml", content)


def test_messages_count_by_direction_and_keep_their_words(read):
    rows, account = read(texts(TEXT.format(1714550400000, 1, "Hi &#55357;&#56832;"), PICTURE))
    who = pseudonym("0664 1234567")
    assert rows.select("signal", "value", "text", "start").rows() == [
        ("messages.received", 1.0, who, datetime(2024, 5, 1, 8)),
        ("message.text", None, "Hi \N{GRINNING FACE}", datetime(2024, 5, 1, 8)),
        ("messages.sent", 1.0, who, datetime(2024, 5, 1, 8)),
        ("message.text", None, "Look!", datetime(2024, 5, 1, 8)),
    ]
    assert dict(account.kinds) == {"sms": 1, "mms": 1}


def test_what_a_group_receives_is_from_who_wrote_it(read):
    group = (
        '<mms date="1714550400000" msg_box="{0}" address="+436641234567~+436647654321"><parts><part ct="text/plain" '
        'text="Hi" /></parts><addrs><addr address="+436640000000" type="151" /><addr address="{1}" type="137" />'
        "</addrs></mms>"
    )
    rows, _ = read(texts(group.format(1, "+436647654321"), group.format(2, "insert-address-token")))
    assert rows.filter(pl.col("signal") != "message.text").select("signal", "text").rows() == [
        ("messages.received", pseudonym("0664 7654321")),
        ("messages.sent", pseudonym("+436641234567~+436647654321")),
    ]


def test_calls_are_made_received_or_missed(read):
    rows, account = read(calls(CALL.format(90, 1), CALL.format(0, 2), CALL.format(0, 3), CALL.format(5, 4)))
    assert rows.select("signal", "value", "stop").rows() == [
        ("calls.received", 1.0, None),
        ("calls.duration", 1.5, datetime(2024, 5, 1, 8, 1, 30)),
        ("calls.made", 1.0, None),
        ("other.calls_missed", 1.0, None),
    ]
    assert account.passed == 1


def test_no_number_is_kept(read):
    rows, _ = read(texts(TEXT.format(1714550400000, 1, "Hi"), PICTURE))
    assert "1234567" not in rows.write_csv()


@pytest.mark.parametrize("line", [
    TEXT.format("soon", 1, ""), TEXT.format("9" * 30, 1, ""), TEXT.format("-5", 1, ""), TEXT.format("", 1, ""),
])  # fmt: skip
def test_what_has_no_date_is_a_fault(read, line):
    _, account = read(texts(line))
    assert (account.taken, account.faulty) == (0, 1)


def test_impossible_calls_are_faults_drafts_are_passed_and_a_cut_is_told(read):
    assert read(calls(CALL.format("9" * 9, 1)))[1].faulty == 1
    assert read(texts(TEXT.format(1714550400000, 3, "draft")))[1].passed == 1
    assert read(texts(TEXT.format(1714550400000, 1, "x"))[:-30])[1].faulty == 1


@pytest.mark.parametrize("content", [b"", b"<smses", b"<gpx><sms/></gpx>", b"<html><calls><call/></calls></html>"])
def test_other_files_are_left_alone(member, content):
    assert not SOURCE.recognises(member("sms.xml", content))
