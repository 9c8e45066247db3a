"""A correction stands, the history keeps what was said, and what is restricted nobody else reads."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from selftwin.consent.grant import MODELS, Granularity
from selftwin.vocabulary.errors import NothingYet, Refused, UnknownPurpose, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from selftwin.twin import Twin

DAY = date(2024, 3, 4)


def scale(values: list[float], first: date = DAY) -> str:
    rows = "".join(f"{first + timedelta(days=k)} 07:00:00,{value}\n" for k, value in enumerate(values))
    return f"Date,Weight (kg)\n{rows}"


def three_mornings(twin: Twin, place: Path) -> None:
    (place / "weights.csv").write_text(scale([80.0, 180.0, 81.0]))
    twin.import_paths([place / "weights.csv"])


@pytest.fixture
def weighed(copied: Callable[[Callable[[Twin, Path], None]], Twin]) -> Twin:
    return copied(three_mornings)


def weights(twin: Twin) -> list[float]:
    return twin.days("weight")["value"].to_list()


def test_a_correction_is_seen_by_the_days_and_the_history_keeps_the_old_value(weighed: Twin) -> None:
    made = weighed.rights.rectify("weight", 80.5, at=DAY + timedelta(days=1), reason="typed wrongly")
    assert weights(weighed) == [80.0, 80.5, 81.0]
    told = weighed.rights.history("weight", since=DAY + timedelta(days=1), until=DAY + timedelta(days=1))
    assert told.select("value", "standing", "corrected").rows() == [(80.5, "held", True), (180.0, "revised", False)]
    assert told["row"].unique().to_list() == [made.row]
    assert ("rectify", made.id) in {(entry.kind, entry.reason) for entry in weighed.consent.record.entries()}


def test_no_export_undoes_a_correction_be_it_older_the_same_or_newer(
    weighed: Twin, folder: Callable[[dict[str, str]], Path]
) -> None:
    weighed.rights.rectify("weight", 80.5, at=DAY + timedelta(days=1))
    later = {"older": [80.0, 180.0], "newer": [80.0, 180.0, 81.0, 82.0], "changed": [80.0, 79.0, 70.0]}
    for name, values in later.items():
        weighed.import_paths([folder({f"{name}.csv": scale(values)})])
        assert weights(weighed)[1] == 80.5, name
    assert weights(weighed)[3] == 82.0


def test_a_correction_leaves_the_rest_of_its_month_to_the_sources(
    weighed: Twin, folder: Callable[[dict[str, str]], Path]
) -> None:
    weighed.rights.rectify("weight", 80.5, at=DAY + timedelta(days=1))
    weighed.import_paths([folder({"newer.csv": scale([79.0, 180.0, 81.0, 81.5, 82.0])})])
    assert weights(weighed) == [79.0, 80.5, 81.0, 81.5, 82.0]


def test_the_second_correction_wins_and_each_can_be_taken_back(weighed: Twin) -> None:
    at = DAY + timedelta(days=1)
    first, second = weighed.rights.rectify("weight", 80.5, at=at), weighed.rights.rectify("weight", 80.7, at=at)
    assert weights(weighed)[1] == 80.7
    assert weighed.rights.undo_correction(second.id).undone
    assert weights(weighed)[1] == 80.5
    weighed.rights.undo_correction(first.id)
    assert weights(weighed)[1] == 180.0
    assert [one.undone for one in weighed.rights.corrections()] == [True, True]
    with pytest.raises(UsageError, match="stands"):
        weighed.rights.undo_correction(first.id)


def test_a_correction_goes_out_and_comes_back_as_one(weighed: Twin, made: Callable[[], Twin], tmp_path: Path) -> None:
    at = DAY + timedelta(days=1)
    weighed.rights.rectify("weight", 80.5, at=at)
    weighed.rights.export(tmp_path / "before", formats=["jsonld"])
    again = made()
    again.import_paths([tmp_path / "before"])
    assert weights(again) == [80.0, 80.5, 81.0]
    weighed.rights.rectify("weight", 80.7, at=at)
    weighed.import_paths([tmp_path / "before"])
    assert weights(weighed)[1] == 80.7


def test_a_record_is_named_by_a_minute_its_id_or_its_source(weighed: Twin) -> None:
    moment = datetime(2024, 3, 5, 7, 0)
    made = weighed.rights.rectify("weight", 80.4, at=moment)
    weighed.rights.rectify("weight", 80.3, row=made.row)
    assert weights(weighed)[1] == 80.3


def test_what_is_not_there_or_not_one_or_not_possible_is_refused(weighed: Twin) -> None:
    weighed.observe("weight", 80.1, at=datetime(2024, 3, 4, 21))
    with pytest.raises(UsageError, match="2 records") as several:
        weighed.rights.rectify("weight", 80.0, at=DAY)
    assert "--row" in several.value.hint
    with pytest.raises(NothingYet):
        weighed.rights.rectify("weight", 80.0, at=date(2020, 1, 1))
    with pytest.raises(NothingYet):
        weighed.rights.rectify("glucose", 80.0, at=DAY)
    with pytest.raises(UsageError, match="number"):
        weighed.rights.rectify("weight", "heavy", at=DAY + timedelta(days=1))
    with pytest.raises(UsageError, match="possible"):
        weighed.rights.rectify("weight", -5.0, at=DAY + timedelta(days=1))
    with pytest.raises(UsageError, match="which record"):
        weighed.rights.rectify("weight", 80.0)
    assert weights(weighed)[1:] == [180.0, 81.0]


def test_what_is_restricted_nobody_else_reads_from_the_next_read_on(weighed: Twin) -> None:
    weighed.consent.introduce("vos", "Dr Vos")
    weighed.consent.grant("vos", ["dpv:ServiceProvision"], signals=["weight"], granularity=Granularity.RAW)
    view, models = weighed.consent.view("vos", purpose="dpv:ServiceProvision"), weighed.view(MODELS)
    assert view.days("weight").height == 3
    bar = weighed.rights.restrict(signals=["weight"], why="I dispute it")
    for one in (view, models):
        with pytest.raises(Refused):
            one.days("weight")
    assert weights(weighed) == [80.0, 180.0, 81.0]
    weighed.rights.lift(bar.id)
    assert view.days("weight").height == 3
    assert [one.lifted is not None for one in weighed.rights.bars()] == [True]


def test_an_objection_ends_a_purpose_for_all_or_for_one(weighed: Twin) -> None:
    for name in ("vos", "lee"):
        weighed.consent.introduce(name, name)
        weighed.consent.grant(name, ["dpv:ServiceProvision"], signals=["weight"], granularity=Granularity.RAW)
    vos, lee = (weighed.consent.view(name, purpose="dpv:ServiceProvision") for name in ("vos", "lee"))
    weighed.rights.object_to("dpv:ServiceProvision", parties=["vos"])
    with pytest.raises(Refused):
        vos.days("weight")
    assert lee.days("weight").height == 3
    weighed.rights.object_to("dpv:ServiceProvision")
    with pytest.raises(Refused):
        lee.days("weight")


def test_words_that_are_off_restrict_nothing(weighed: Twin) -> None:
    with pytest.raises(UsageError):
        weighed.rights.restrict()
    with pytest.raises(UsageError):
        weighed.rights.restrict(categories=["heart"])
    with pytest.raises(UsageError):
        weighed.rights.restrict(signals=["nonsense"])
    with pytest.raises(UnknownPurpose):
        weighed.rights.object_to("dpv:Nonsense")
    with pytest.raises(UsageError):
        weighed.rights.object_to("dpv:ServiceProvision", parties=["nobody"])
    assert weighed.rights.bars() == []
