"""The way through: what the twin says of the sample person's days is what truly happened."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from selftwin.twin import Twin


class Seen:
    """A twin's days beside the truth of a life."""

    def __init__(self, twin, life):
        self.twin, self.life = twin, life

    def days(self, key):
        """The twin's value of each day of the life, NaN where it has none."""
        found = np.full(self.life.plan.days, np.nan)
        frame = self.twin.days(key)
        for day, value in zip(frame["day"], frame["value"], strict=True):
            place = (day - self.life.plan.day(0)).days
            if 0 <= place < found.size:
                found[place] = value
        return found


@pytest.fixture(scope="module")
def seen(written, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SELFTWIN_QUICK_KEYS", "1")
        place = tmp_path_factory.mktemp("twin") / "vault"
        with Twin.create(place, "a sample passphrase", home_zone=written.life.clock.zones.home) as twin:
            twin.zones = written.life.clock.zones
            account = twin.import_paths([written.exports])
            assert account.unrecognised == ()
            yield Seen(twin, written.life)


def test_a_phone_and_a_watch_that_counted_the_same_walk_give_it_once(seen):
    truth, told = seen.life.steps, seen.days("steps")
    unworn = [day for span in seen.life.plan.unworn for day in range(span.first, span.stop)]
    worn = ~np.isin(np.arange(truth.size), unworn)
    share = told[worn] / truth[worn]
    assert abs(np.median(share) - 1) < 0.02
    assert share.max() < 1.06
    assert np.percentile(share, 5) > 0.88
    both = seen.life.movement.carried & seen.life.wearing.watch
    assert seen.life.movement.steps[both].sum() > 0.2 * truth.sum()  # else there was nothing to resolve


def test_nights_are_dated_by_waking_also_across_nine_zones_and_when_the_clock_goes_back(seen):
    told, watched = seen.days("sleep.duration"), seen.life.wearing
    night = watched.watch_nights | watched.fitbit_nights
    assert np.isfinite(told[night]).all()
    assert np.abs(told - seen.life.nights.asleep)[night].max() <= 1.0
    away = np.arange(seen.life.plan.away.first + 1, seen.life.plan.away.stop + 1)
    assert night[away].any()
    back = (date(2025, 10, 26) - seen.life.plan.day(0)).days
    assert np.diff(seen.life.clock.utc([back, back + 1], 0)) == 25 * 3600
    assert night[back]


def test_the_resting_heart_is_told_to_the_beat(seen):
    told = seen.days("heart_rate.resting")
    assert np.nanmax(np.abs(told - seen.life.body.resting)) < 1.5


def test_what_was_drunk_bought_heard_and_reviewed_is_told_exactly(seen):
    life = seen.life
    spent = np.bincount(life.purchases.day, life.purchases.euros, life.plan.days)
    reviewed = np.bincount(life.reviews.day, minlength=life.plan.days)
    for key, truth in (
        ("alcohol.drinks", life.states.alcohol), ("purchase.eur", spent), ("listening", life.mind.listening),
        ("recall.review", reviewed),
    ):  # fmt: skip
        assert np.abs(np.nan_to_num(seen.days(key)) - truth).max() < 1e-6, key


def test_glucose_of_every_sensor_is_told_within_its_noise(seen):
    told = seen.days("glucose")
    day = seen.life.clock.day(seen.life.glucose.at)
    for one in np.unique(day):
        mine = day == one
        if mine.sum() > 200:
            assert abs(told[one] - seen.life.glucose.true[mine].mean()) < 6
    assert np.isfinite(told).sum() >= 20
