"""The engine against the papers' equations written out again and integrated finely; its steady states; its signs."""

import math

import numpy as np
import pytest

from selftwin.domains.body.glucose import people
from selftwin.domains.body.glucose.engine import (
    PARAMETERS,
    PLACE,
    Inputs,
    advance,
    inputs,
    run,
    simulate,
    steady,
    valid,
)

KINDS = people.KINDS


def _written_out(body, given, *, fineness=20):
    """S2008 and the 2007 meal model once more, in plain Python, from the papers: glucose after each minute."""
    p = dict(zip(PARAMETERS, body.people[0], strict=True))
    gpb, ipb, ib = p["fasting_glucose"] * p["vg"], p["fasting_insulin"] * p["vi"], p["fasting_insulin"]
    uid_b = p["liver_output"] - p["fcns"] - p["ke1"] * max(gpb - p["ke2"], 0)
    gtb = (p["k1"] * gpb - uid_b) / p["k2"]
    m30 = p["heb"] * p["m1"] / (1 - p["heb"])
    injected = p["injected_share"] * (p["m2"] + p["m4"] - p["m1"] * p["m2"] / (p["m1"] + m30)) * ipb
    ilb = ((p["m2"] + p["m4"]) * ipb - injected) / p["m1"]
    has_cells = p["gamma"] > 0
    sb = (p["m1"] + m30) * ilb - p["m2"] * ipb if has_cells else 0.0
    ipob = sb / p["gamma"] if has_cells else 0.0
    kp1 = p["liver_output"] + p["kp2"] * gpb + p["kp3"] * ib + p["kp4"] * ipob
    vm0 = uid_b * (p["km0"] + gtb) / gtb
    m6 = p["heb"] + p["m5"] * sb
    x = np.array([0, 0, 0, gpb, gtb, ipb, 0, ib, ib, ilb, injected / (p["ka1"] + p["kd"]), 0, gpb, ipob, 0.0])
    x[11] = x[10] * p["kd"] / p["ka2"]
    pending, last, meal, seen = 0.0, 0.0, 0.0, []

    def slope(x, bite, infusion):
        q1, q2, qgut, gp, gt, ip, act, i1, xl, il, s1, s2, gs, ipo, y = x
        kempt = p["kmax"]
        if meal > 0:
            a, c = 5 / (2 * meal * (1 - p["b"])), 5 / (2 * meal * p["d"])
            kempt = p["kmin"] + (p["kmax"] - p["kmin"]) / 2 * (
                math.tanh(a * (q1 + q2 - p["b"] * meal)) - math.tanh(c * (q1 + q2 - p["d"] * meal)) + 2
            )
        egp = max(kp1 - p["kp2"] * gp - p["kp3"] * xl - p["kp4"] * ipo, 0)
        dgp = (egp + p["f"] * p["kabs"] * qgut / p["weight"] - p["fcns"] - p["ke1"] * max(gp - p["ke2"], 0)
               - p["k1"] * gp + p["k2"] * gt)  # fmt: skip
        secreted = p["gamma"] * ipo
        he = m6 - p["m5"] * secreted
        m3 = p["m1"] * he / (1 - he)
        held = p["beta"] * (gp / p["vg"] - p["fasting_glucose"])
        dy = -p["alpha"] * (y - held) if held >= -sb else -p["alpha"] * y - p["alpha"] * sb
        dipo = -p["gamma"] * ipo + y + sb + (p["k"] * dgp / p["vg"] if dgp > 0 else 0)
        return np.array([
            bite - p["kmax"] * q1, p["kmax"] * q1 - kempt * q2, kempt * q2 - p["kabs"] * qgut,
            dgp, -(vm0 + p["vmx"] * act) * gt / (p["km0"] + gt) + p["k1"] * gp - p["k2"] * gt,
            -(p["m2"] + p["m4"]) * ip + p["m1"] * il + p["ka1"] * s1 + p["ka2"] * s2,
            -p["p2u"] * act + p["p2u"] * (ip / p["vi"] - ib), -p["ki"] * (i1 - ip / p["vi"]), -p["ki"] * (xl - i1),
            -(p["m1"] + m3) * il + p["m2"] * ip + secreted,
            infusion - (p["ka1"] + p["kd"]) * s1, p["kd"] * s1 - p["ka2"] * s2, p["ksc"] * (gp - gs),
            dipo if has_cells else 0.0, dy if has_cells else 0.0,
        ])  # fmt: skip

    for carbs, units in zip(given.carbs, given.insulin, strict=True):
        pending += carbs
        bite = min(5.0, pending)
        pending -= bite
        if bite > 0 and last <= 0:
            meal = x[0] + x[1]
        meal, last = meal + bite * 1000, bite
        h, u = 1 / fineness, (bite * 1000, units * 6000 / p["weight"])
        for _ in range(fineness):
            k1 = slope(x, *u)
            k2 = slope(x + h / 2 * k1, *u)
            k3 = slope(x + h / 2 * k2, *u)
            x = x + h / 6 * (k1 + 2 * k2 + 2 * k3 + slope(x + h * k3, *u))
        seen.append(x[12] / p["vg"])
    return np.array(seen)


@pytest.mark.parametrize("kind", KINDS)
def test_the_compiled_engine_agrees_with_the_papers_equations_integrated_finely(kind):
    body = people.draw(kind, 2, 3).only(slice(1, 2))
    given = inputs(300, basal=float(body.basal[0]), meals=[(20, 60.0), (170, 35.0)], doses=[(15, 3.0)])
    difference = np.abs(run(body, given, published=True)[0][0] - _written_out(body, given))
    assert difference.max() < 0.02
    assert np.abs(run(body, given, steps=8, published=True)[0][0] - _written_out(body, given)).max() < 1e-4


@pytest.mark.parametrize("kind", KINDS)
def test_a_body_at_rest_with_its_basal_insulin_stays_exactly_where_it_is(kind):
    some = people.draw(kind, 200, 5)
    still = np.zeros((200, 600))
    insulin = np.repeat(some.basal[:, None] / 60.0, 600, axis=1)
    path = simulate(some, Inputs(still, insulin, still))
    assert np.abs(path - some.glucose[:, None]).max() < 1e-9


def test_table_one_of_the_meal_model_rests_where_its_own_numbers_say():
    """Gb, Ib and EGPb of people.csv put into the equations give back kp1, Vm0 and m6 as printed."""
    from selftwin.domains.body.glucose.engine import _completed

    for kind, kp1, vm0, m6 in (("none", 2.70, 2.50, 0.6471), ("type 2", 3.09, 4.65, 0.8118)):
        told = _completed(people.mean(kind).people)[0, -4:-1]
        assert told == pytest.approx([kp1, vm0, m6], rel=0.01)


def test_a_mixed_meal_of_78_g_peaks_as_in_the_paper_and_comes_back():
    """Dalla Man 2007, figures: without diabetes to about 160 within one to two hours; type 2 far higher and later."""
    meal = inputs(420, meals=[(0, 78.0)])
    usual, high = simulate(people.mean("none"), meal)[0], simulate(people.mean("type 2"), meal)[0]
    assert 140 < usual.max() < 185
    assert 40 < usual.argmax() < 120
    assert abs(usual[-1] - 91.8) < 10
    assert 220 < high.max() < 320
    assert high.argmax() > usual.argmax()


def test_no_effort_changes_nothing_and_effort_lowers_glucose_for_hours():
    body = people.mean("type 1")
    basal = float(body.basal[0])
    rest, none = inputs(600, basal=basal), inputs(600, basal=basal, bouts=[(60, 45, 0.0)])
    moved = inputs(600, basal=basal, bouts=[(60, 45, people.effort_of("moderate"))])
    assert np.array_equal(simulate(body, rest), simulate(body, none))
    change = (simulate(body, moved) - simulate(body, rest))[0]
    assert change.max() <= 1e-9
    assert -80 < change[110] < -5
    assert change[400] < -1


def test_two_halves_of_a_day_are_the_day():
    body = people.draw("type 1", 3, 8)
    whole = inputs(400, basal=1.0, meals=[(30, 50.0), (195, 20.0)], doses=[(25, 4.0)], bouts=[(180, 40, 50.0)])
    first = Inputs(whole.carbs[:200], whole.insulin[:200], whole.effort[:200])
    second = Inputs(whole.carbs[200:], whole.insulin[200:], whole.effort[200:])
    path = np.concatenate([simulate(body, first), simulate(advance(body, first), second)], axis=1)
    assert np.array_equal(path, simulate(body, whole))


def test_simulating_leaves_the_draws_as_they_were():
    body = people.draw("none", 2, 1)
    before = body.states.copy()
    simulate(body, inputs(60, meals=[(0, 40.0)]))
    assert np.array_equal(before, body.states)


def test_every_gram_eaten_reaches_the_blood():
    """The gut keeps mass: what appears over a day is f times what was eaten."""
    body = people.mean("none")
    day = advance(body, inputs(1440, meals=[(0, 78.0)]))
    assert day.states[0, :3].sum() < 1.0
    assert advance(body, inputs(10, meals=[(0, 78.0)])).states[0, :3].sum() == pytest.approx(50_000, rel=0.05)


def test_slow_insulin_is_released_evenly():
    given = inputs(120, slow=[(60, 120, 12.0)])
    assert given.insulin[:60].sum() == 0
    assert given.insulin[60:].sum() == pytest.approx(6.0)


def test_a_body_that_cannot_rest_is_told():
    odd = people.mean("type 1").people.copy()
    odd[0, PLACE["liver_output"]] = 0.9
    assert not valid(odd)[0]
    assert valid(people.mean("type 1").people)[0]


def test_glucose_never_passes_zero_however_much_insulin():
    body = people.draw("type 1", 50, 4)
    assert simulate(body, inputs(1440, basal=1.0, doses=[(0, 60.0)])).min() >= 0.0


def _cases(n, minutes, seed):
    """Random people, meals, doses and times, with a second life each that gets more of one thing."""
    chance = np.random.default_rng(seed)
    some, who = people.draw("type 1", n, seed), np.arange(n)
    carbs, insulin = np.zeros((n, minutes)), np.repeat(some.basal[:, None] / 60.0, minutes, axis=1)
    at = chance.integers(0, 60, n)
    carbs[who, at] += chance.uniform(5, 120, n)
    carbs[who, chance.integers(0, minutes, n)] += chance.uniform(0, 40, n) * (chance.random(n) < 0.3)
    insulin[who, np.clip(at + chance.integers(-20, 40, n), 0, minutes - 1)] += chance.uniform(0, 12, n)
    return chance, some, who, carbs, insulin, at


def test_more_insulin_never_raises_glucose_in_ten_thousand_random_cases():
    n, minutes = 10_000, 300
    chance, some, who, carbs, insulin, _ = _cases(n, minutes, 21)
    more = insulin.copy()
    more[who, chance.integers(0, 240, n)] += chance.uniform(0.1, 10, n)
    still = np.zeros((1, minutes))
    change = simulate(some, Inputs(carbs, more, still)) - simulate(some, Inputs(carbs, insulin, still))
    assert change.max() <= 1e-9
    assert change.min(axis=1).max() < 0


def _change_by_carbohydrate(n, seed, *, larger):
    """What more carbohydrate changes (n, 300), as a larger meal or as a snack of its own, and its four-hour sums."""
    chance, some, who, carbs, insulin, at = _cases(n, 300, seed)
    at = at if larger else chance.integers(0, 60, n)
    more, still = carbs.copy(), np.zeros((1, 300))
    more[who, at] += chance.uniform(1, 80, n)
    change = simulate(some, Inputs(more, insulin, still)) - simulate(some, Inputs(carbs, insulin, still))
    until = np.concatenate([np.zeros((n, 1)), np.cumsum(change, axis=1)], axis=1)
    return change, until[who, at + 240] - until[who, at]


def test_more_carbohydrate_never_lowers_the_four_hour_mean_nor_any_minute_by_3_in_ten_thousand_random_cases():
    change, hours = _change_by_carbohydrate(10_000, 22, larger=True)
    assert hours.min() >= 0
    assert change.min() > -3.0


def test_a_snack_beside_other_meals_never_lowers_the_four_hour_mean_and_hardly_ever_a_minute_by_3():
    """A second serving changes how the stomach empties the first: one case in thousands passes 3 mg/dL for a while."""
    change, hours = _change_by_carbohydrate(3_000, 23, larger=False)
    assert hours.min() >= 0
    assert np.mean(change.min(axis=1) < -3.0) < 1e-3


def test_as_published_a_gram_of_snack_empties_a_full_stomach_and_ours_does_not():
    body = people.mean("type 1")
    meal, snack = inputs(300, basal=1.0, meals=[(0, 90.0)]), inputs(300, basal=1.0, meals=[(0, 90.0), (45, 1.0)])
    ours = run(body, snack)[0] - run(body, meal)[0]
    theirs = run(body, snack, published=True)[0] - run(body, meal, published=True)[0]
    assert np.abs(ours).max() < 5
    assert np.abs(theirs).max() > 20


def test_steady_keeps_the_counting_it_is_given():
    body = steady(people.mean("none").people, np.array([1.5]))
    plain = people.mean("none")
    one, other = simulate(body, inputs(120, meals=[(0, 20.0)])), simulate(plain, inputs(120, meals=[(0, 30.0)]))
    assert one == pytest.approx(other)
