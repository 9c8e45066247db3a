"""A view shows what its grants cover, no day more, and every look at it is in the record with its rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from selftwin.consent.grant import MODELS, Action, Granularity
from selftwin.twin.observing import observe
from selftwin.vault.beliefs import Belief, Checkpoint
from selftwin.vocabulary.errors import Refused, UnknownSignal
from selftwin.vocabulary.signal import Category, Sensitivity

if TYPE_CHECKING:
    from collections.abc import Callable

    from selftwin.consent.grant import Grant
    from selftwin.consent.parties import Consent
    from selftwin.consent.record import Entry
    from selftwin.consent.view import View
    from selftwin.vault.store import Store

FIRST, LAST = date(2024, 5, 2), date(2024, 5, 4)
EVERYTHING = {
    "categories": frozenset(category.value for category in Category),
    "sensitivities": frozenset(sensitivity.value for sensitivity in Sensitivity),
}


def belief(**changes: object) -> Belief:
    facts = {
        "key": "weight",
        "kind": "normal",
        "made_at": datetime(2024, 5, 5, tzinfo=UTC),
        "model": "test",
        "version": 1,
        "watermark": 0,
        "categories": ("physiological",),
        "sensitivities": ("health",),
        "lineage": (("weight", "2024-05-02", "2024-05-04", 0),),
        "believed": {"low": 1.0},
    }
    return Belief(**facts | changes)


def told(entries: list[Entry]) -> list[tuple[str, str, bool, int]]:
    return [(entry.signal, entry.granularity, entry.allowed, entry.rows) for entry in entries]


def test_reads_are_recorded_with_what_they_showed(
    seen: Callable[..., View], granted: Callable[..., Grant], newest: Callable[[], list[Entry]]
) -> None:
    view = seen(granted())
    assert view.series("weight").columns == ["at", "until", "local", "value", "text", "unit", "source"]
    assert view.days("weight", since=FIRST).select("value", "unit").rows()[0] == (81.125, "kg")
    assert not view.dense("weight")
    view.consider("weight")
    assert told(newest()) == [
        ("weight", "raw", True, 5), ("weight", "daily", True, 4), ("weight", "daily", True, 0),
        ("weight", "insight", True, 1),
    ]  # fmt: skip


@pytest.mark.parametrize("how", ["series", "numbers", "days", "dense", "consider", "checkpoint"])
def test_a_read_no_grant_covers_is_refused_and_recorded(
    seen: Callable[..., View], granted: Callable[..., Grant], newest: Callable[[], list[Entry]], how: str
) -> None:
    view = seen(granted())
    words = ("model", 1) if how == "checkpoint" else ()
    with pytest.raises(Refused, match="never granted behavioural data"):
        getattr(view, how)("mood", *words)
    assert [(entry.signal, entry.allowed, entry.rows) for entry in newest()] == [("mood", False, 0)]


@pytest.mark.parametrize(
    ("granularity", "allowed"),
    [
        (Granularity.INSIGHT, {"consider"}),
        (Granularity.DAILY, {"consider", "days", "dense"}),
        (Granularity.RAW, {"consider", "days", "dense", "series", "numbers"}),
    ],
)
def test_a_party_looks_as_finely_as_it_was_granted_and_no_finer(
    seen: Callable[..., View], granted: Callable[..., Grant], granularity: Granularity, allowed: set[str]
) -> None:
    view = seen(granted(granularity=granularity))
    for how in ("consider", "days", "dense", "series", "numbers"):
        if how in allowed:
            getattr(view, how)("weight")
        else:
            with pytest.raises(Refused, match="that finely"):
                getattr(view, how)("weight")
    assert view.latest().height == (1 if granularity is Granularity.RAW else 0)
    assert [held.signal.key for held in view.held()] == ([] if granularity is Granularity.INSIGHT else ["weight"])


@pytest.mark.parametrize(
    ("since", "until", "shown"),
    [
        (None, None, [2, 3, 4]),
        (date(2024, 5, 1), date(2024, 5, 3), [2, 3]),
        (date(2024, 5, 4), date(2024, 6, 1), [4]),
        (date(2024, 5, 5), None, []),
    ],
)
def test_a_span_asked_for_is_cut_to_the_days_granted(
    seen: Callable[..., View], granted: Callable[..., Grant], since: date | None, until: date | None, shown: list[int]
) -> None:
    view = seen(granted(first=FIRST, last=LAST))
    assert [day.day for day in view.days("weight", since=since, until=until)["day"]] == shown
    assert [moment.day for moment in view.series("weight", since=since, until=until)["local"]] == shown


@pytest.mark.parametrize("bounds", [{}, {"first": FIRST, "last": LAST}])
def test_plain_numbers_are_the_series_the_view_may_see_and_recorded_alike(
    seen: Callable[..., View], granted: Callable[..., Grant], newest: Callable[[], list[Entry]],
    bounds: dict[str, date],
) -> None:  # fmt: skip
    view = seen(granted(**bounds))
    series, numbers = view.series("weight"), view.numbers("weight")
    assert numbers.value.tolist() == series["value"].to_list()
    assert numbers.local.tolist() == series["local"].to_physical().to_list()
    assert numbers.unit == "kg"
    first, second = newest()
    assert (first.granularity, first.rows) == (second.granularity, second.rows) == ("raw", series.height)


def test_the_latest_is_the_newest_within_the_days_granted(
    seen: Callable[..., View], granted: Callable[..., Grant], newest: Callable[[], list[Entry]]
) -> None:
    assert seen(granted(last=LAST)).latest().select("signal", "value").rows() == [("weight", 83.125)]
    assert seen(granted(first=date(2024, 5, 6))).latest().is_empty()
    assert seen(granted()).latest()["value"].to_list() == [84.125]
    entries = newest()
    assert [entry.rows for entry in entries if entry.signal == "weight"] == [1, 0, 1]
    assert {entry.signal for entry in entries if not entry.allowed} == {"mood", "steps"}


def test_a_listing_is_recorded_signal_by_signal(
    seen: Callable[..., View], granted: Callable[..., Grant], newest: Callable[[], list[Entry]]
) -> None:
    (held,) = seen(granted()).held()
    assert (held.signal.key, held.unit, held.rows) == ("weight", "kg", 5)
    assert sorted(told(newest())) == [
        ("mood", "daily", False, 0), ("steps", "daily", False, 0), ("weight", "daily", True, 1),
    ]  # fmt: skip
    assert seen(granted(**EVERYTHING)).held("mood")[0].rows == 1
    assert [entry.signal for entry in newest()][3:] == ["mood"]


def test_a_signal_nobody_knows_is_not_a_matter_of_consent(
    seen: Callable[..., View], granted: Callable[..., Grant], newest: Callable[[], list[Entry]]
) -> None:
    with pytest.raises(UnknownSignal):
        seen(granted()).days("wieght")
    assert newest() == []


@pytest.mark.parametrize(
    ("changes", "grant", "reason"),
    [
        ({}, {}, ""),
        ({"categories": ("physiological", "genetic")}, {}, "never granted genetic data"),
        ({"sensitivities": ("health", "mood")}, {}, "never granted mood data"),
        ({}, {"granularity": Granularity.INSIGHT}, ""),
        ({}, {"first": FIRST, "last": LAST}, ""),
        ({}, {"first": date(2024, 5, 3)}, "all the days"),
        ({}, {"last": date(2024, 5, 3)}, "all the days"),
        ({"categories": ("physiological", "genetic"), "sensitivities": ("mood",)}, EVERYTHING, ""),
        ({"categories": ("physiological", "genetic")}, {**EVERYTHING, "first": FIRST}, "all the days"),
        ({"lineage": ()}, {"last": date(2030, 1, 1)}, "all the days"),
        ({"lineage": ()}, {}, ""),
        ({"lineage": (("mood", "2024-05-02", "2024-05-04", 0),)}, {}, "never granted behavioural data"),
        ({"sensitivities": ("health", "mood")}, {"estimates": frozenset({"weight/normal"})}, ""),
        (
            {"sensitivities": ("health", "mood")},
            {"estimates": frozenset({"weight/forecast"})},
            "never granted mood data",
        ),
    ],
)
def test_a_belief_is_shown_where_everything_it_was_made_from_may_be_seen(
    consent: Consent,
    seen: Callable[..., View],
    granted: Callable[..., Grant],
    newest: Callable[[], list[Entry]],
    changes: dict[str, object],
    grant: dict[str, object],
    reason: str,
) -> None:
    consent.view(action=Action.LEARN).keep([(belief(**changes), None)])
    shown = seen(granted(**grant)).estimates("weight")
    assert [one.key for one in shown] == ([] if reason else ["weight"])
    entry = newest()[-1]
    assert (entry.allowed, entry.rows, entry.granularity) == (not reason, int(not reason), "insight")
    assert reason in entry.reason


def test_only_who_may_learn_keeps_beliefs_and_the_attempt_is_recorded(
    consent: Consent, seen: Callable[..., View], granted: Callable[..., Grant], newest: Callable[[], list[Entry]]
) -> None:
    learner = granted(actions=frozenset({Action.LEARN}))
    before = consent.view().estimates("weight")
    for view, reason in (
        (seen(granted()), "may not keep what it learnt"),
        (seen(granted(), action=Action.LEARN), "may not learn it"),
        (seen(learner, action=Action.LEARN, purpose="dpv:ScientificResearch"), "dpv:ScientificResearch"),
        (seen(learner, action=Action.LEARN), "may not keep what it learnt"),
    ):
        with pytest.raises(Refused, match=reason):
            view.keep([(belief(believed={"low": 2.0}), None)])
        assert (newest()[-1].allowed, reason in newest()[-1].reason) == (False, True)
    assert [one.believed for one in consent.view().estimates("weight")] == [one.believed for one in before]
    models = replace(learner, party=MODELS)
    seen(models, action=Action.LEARN, party=MODELS).keep([(belief(believed={"low": 3.0}), None)])
    assert consent.view().estimates("weight")[0].believed == {"low": 3.0}


def test_a_models_state_is_given_to_who_may_see_every_day_it_learnt(
    consent: Consent, seen: Callable[..., View], granted: Callable[..., Grant]
) -> None:
    state = Checkpoint("weight", "test", 1, 0, LAST, b"learnt")
    consent.view(action=Action.LEARN).keep([(belief(), state)])
    assert seen(granted()).checkpoint("weight", "test", 1).state == b"learnt"
    assert seen(granted(last=LAST)).checkpoint("weight", "test", 1) is None
    assert seen(granted()).checkpoint("glucose", "test", 1) is None


# What bounds leave in sight


NAMED = {"categories": frozenset(), "sensitivities": frozenset(), "estimates": frozenset({"weight/normal"})}


def test_an_estimate_granted_by_name_opens_neither_its_signal_nor_another_estimate(
    consent: Consent, seen: Callable[..., View], granted: Callable[..., Grant]
) -> None:
    state = Checkpoint("weight", "test", 1, 0, LAST, b"learnt")
    consent.view(action=Action.LEARN).keep([(belief(), state), (belief(kind="forecast"), None)])
    view = seen(granted(**NAMED))
    view.consider("weight", "normal")
    assert [(one.key, one.kind) for one in view.estimates()] == [("weight", "normal")]
    for closed in (
        lambda: view.consider("weight"),
        lambda: view.consider("weight", "forecast"),
        lambda: view.consider("mood", "normal"),
        lambda: view.days("weight"),
        lambda: view.series("weight"),
        lambda: view.dense("weight"),
        lambda: view.checkpoint("weight", "test", 1),
    ):
        with pytest.raises(Refused):
            closed()
    assert view.held() == []
    assert view.latest().is_empty()


@pytest.mark.parametrize("bounds", [{"first": FIRST}, {"last": LAST}])
def test_what_is_worked_out_now_from_all_days_is_closed_to_who_may_see_some(
    seen: Callable[..., View], granted: Callable[..., Grant], bounds: dict[str, date]
) -> None:
    for grant in (granted(**bounds), granted(**NAMED, **bounds)):
        with pytest.raises(Refused, match="all the days"):
            seen(grant).consider("weight", "normal")


def test_a_listing_within_bounds_counts_only_what_is_within_them(
    seen: Callable[..., View], granted: Callable[..., Grant]
) -> None:
    (held,) = seen(granted(first=FIRST, last=LAST)).held()
    assert held.rows == 3
    assert seen(granted(first=date(2024, 6, 1))).held() == []


def test_a_day_taken_back_is_not_told_of(
    store: Store, seen: Callable[..., View], granted: Callable[..., Grant]
) -> None:
    day = date(2024, 7, 1)
    observe(store, "weight", 90.0, at=datetime(2024, 7, 1, 8))
    view = seen(granted(first=day))
    assert view.days("weight").height == 1
    store.undo(store.batches()[0].number)
    assert view.days("weight").is_empty()
    assert view.held() == []
    assert not view.dense("weight")


def test_an_observation_that_lasts_beyond_the_days_granted_stays_hidden(
    store: Store, seen: Callable[..., View], granted: Callable[..., Grant]
) -> None:
    eve = datetime(2024, 8, 1)
    for start, hours in ((eve - timedelta(hours=1), 2), (eve, 24), (eve + timedelta(hours=23), 2)):
        observe(store, "sleep.stage", "deep", at=start, until=start + timedelta(hours=hours))
    bounded = seen(granted(first=eve.date(), last=eve.date()))
    assert bounded.series("sleep.stage")["local"].to_list() == [eve]
    assert seen(granted()).series("sleep.stage").height == 3
    assert seen(granted(last=eve.date())).series("sleep.stage").height == 2


def test_days_between_two_granted_spans_stay_hidden(seen: Callable[..., View], granted: Callable[..., Grant]) -> None:
    view = seen(granted(last=date(2024, 5, 1)), granted(id="clinic-2", first=date(2024, 5, 4), last=date(2024, 5, 4)))
    assert [day.day for day in view.days("weight")["day"]] == [1, 4]
    assert [moment.day for moment in view.series("weight")["local"]] == [1, 4]
    assert [day.day for day in view.days("weight", since=FIRST, until=date(2024, 5, 3))["day"]] == []
    assert view.latest().filter(signal="weight")["value"].to_list() == [83.125]


def test_a_daily_grant_shows_no_single_observation(seen: Callable[..., View], granted: Callable[..., Grant]) -> None:
    view = seen(granted(granularity=Granularity.DAILY))
    assert view.days("weight").columns == ["day", "value", "unit", "n", "source"]
    assert view.latest().is_empty()
    with pytest.raises(Refused, match="that finely"):
        view.series("weight")


def test_a_grant_of_one_signal_lists_that_signal_alone(
    seen: Callable[..., View], granted: Callable[..., Grant]
) -> None:
    only = granted(categories=frozenset(), sensitivities=frozenset(), signals=frozenset({"steps"}))
    assert [held.signal.key for held in seen(only).held()] == ["steps"]
    assert seen(only).latest()["signal"].to_list() == ["steps"]
