"""Learning traces in the form that the README of duolingo/halflife-regression describes."""

from __future__ import annotations

from datetime import datetime

import pytest

from selftwin.sources.duolingo import SOURCE
from selftwin.sources.reader.sieve import Tally, sift

HEAD = (
    "p_recall,timestamp,delta,user_id,learning_language,ui_language,lexeme_id,lexeme_string,history_seen,"
    "history_correct,session_seen,session_correct\n"
)
FIRST = "0.5,1362076081,86400,u:Ann,de,en,76390c1350a8,lernt/lernen<vblex><pri><p3><sg>,6,4,2,1\n"
OTHER = FIRST.replace("u:Ann", "u:Ben")


def specimen() -> dict[str, bytes]:
    """One trace of one learner."""
    return {"learning_traces.csv": (HEAD + FIRST).encode()}


def test_a_trace_is_a_word_how_well_it_was_known_and_since_when(reading):
    rows, account = reading(SOURCE, "traces.csv", HEAD + FIRST)
    assert rows.select("signal", "value", "text", "unit").rows() == [
        ("recall.review", None, "lernt/lernen", None),
        ("recall.correct", 50.0, None, None),
        ("other.recall_elapsed", 86400.0, None, "s"),
        ("other.recall_seen", 2.0, None, "{answers}"),
    ]
    placed = rows.select("start", "source", "native").unique().rows()
    assert placed == [(datetime(2013, 2, 28, 18, 28, 1), "duolingo:de", "76390c1350a8/1362076081")]
    assert account.taken == 1


def test_of_several_learners_one_must_be_chosen(member):
    several = member("traces.csv", HEAD + FIRST + OTHER + FIRST)
    assert SOURCE.subjects(several) == ("u:Ann", "u:Ben")
    assert SOURCE.subjects(member("traces.csv", HEAD + FIRST)) == ()
    tally = Tally("")
    assert sum(sift(part, tally).num_rows for part in SOURCE.read(several, subject="u:Ben")) == 4
    assert (tally.read, tally.taken, tally.passed) == (3, 1, 2)


def test_bad_traces_are_faults(reading):
    lines = [FIRST.replace("1362076081", "then"), FIRST.replace("0.5,", "half,"), FIRST.replace("0.5,", "7,")]
    rows, account = reading(SOURCE, "traces.csv", HEAD + "".join(lines) + FIRST.replace("\n", ",9,9\n"))
    assert (account.read, account.taken, account.faulty) == (4, 2, 2)
    assert "recall.correct" not in set(rows["signal"])


@pytest.mark.parametrize("content", [b"", "p_recall,timestamp\n1,2\n", "user_id,delta\n1,2\n"])
def test_others_are_left_alone(member, content):
    assert not SOURCE.recognises(member("x.csv", content))
