"""Diaries and logs as CSV: Daylio's moods, PMSys wellness, a scale's weights, purchases, what was listened to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from selftwin.sample.causes import HARD_RUN, REST, draws
from selftwin.sample.export.apple_notes import weighed
from selftwin.sample.export.stamps import iso, spaced
from selftwin.sample.mind import SHOPS

if TYPE_CHECKING:
    from pathlib import Path

    from selftwin.sample.life import Life

_WORDS = {1: "awful", 2: "bad", 3: "meh", 4: "good", 5: "rad"}


def daylio(life: Life, folder: Path) -> Path:
    """Daylio's CSV, newest first: the day, its mood, what was done."""
    days = np.flatnonzero(life.mind.noted)
    kept = np.isin(days, np.arange(life.plan.mood.first, life.plan.mood.stop)) & life.clock.exists(days, 1350)
    days = days[kept][::-1]
    lines = ["full_date,date,weekday,time,mood,activities,note_title,note"]
    rng = draws(life.seed, "daylio")
    for one, minute in zip(days.tolist(), rng.integers(0, 55, days.size), strict=True):
        day = life.plan.day(one)
        mood = _WORDS[int(life.mind.mood[one])]
        lines.append(f'{day},{day:%b} {day.day},{day:%A},22:{minute:02d},{mood},"{_done(life, one)}","",""')
    last = life.plan.day(life.plan.days - 1)
    return _saved(folder / f"daylio_export_{last:%Y_%m_%d}.csv", lines)


def _done(life: Life, day: int) -> str:
    states = life.states
    done = ["work"] if not states.free[day] else []
    done += ["sport"] if states.session[day] != REST else []
    done += ["wine"] if states.alcohol[day] > 0 else []
    done += ["sick"] if states.felt[day] > 0.2 else []
    done += ["travel"] if day in life.plan.away else []
    return " | ".join(done)


def wellness(life: Life, folder: Path) -> list[Path]:
    """PMSys: `wellness.csv` of each morning, `srpe.csv` of each training, stamps in UTC."""
    place = folder / "pmsys"
    place.mkdir(exist_ok=True)
    span = np.arange(life.plan.wellness.first, life.plan.wellness.stop)
    days = span[life.mind.answered[span]]
    head = "effective_time_frame,fatigue,mood,readiness,sleep_duration_h,sleep_quality,soreness,soreness_area,stress"
    lines = [head]
    for day, at in zip(days.tolist(), iso(life.nights.wake[days] + 1260), strict=True):
        fatigue, mood, readiness, quality, soreness, stress = life.mind.wellness[day].tolist()
        area = "[]" if soreness >= 3 else "[12921003]"
        hours = round(life.nights.asleep[day] / 60)
        lines.append(f"{at}.000Z,{fatigue},{mood},{readiness},{hours},{quality},{soreness},{area},{stress}")
    trained = life.movement.workouts
    effort = ["end_date_time,activity_names,perceived_exertion,duration_min"]
    mine = np.flatnonzero(np.isin(trained.day, span))
    for one, at in zip(mine.tolist(), iso(trained.stop[mine] + 240), strict=True):
        hard = trained.sport[one] == HARD_RUN
        names = "\"['individual', 'running']\"" if trained.metres[one] else "\"['individual', 'strength']\""
        effort.append(f"{at}.000Z,{names},{8 if hard else 5},{(trained.stop[one] - trained.start[one]) // 60}")
    return [_saved(place / "wellness.csv", lines), _saved(place / "srpe.csv", effort)]


def weights(life: Life, folder: Path) -> Path:
    """A Withings scale's `weight.csv`: the older scale, before another one wrote into Apple Health."""
    days = weighed(life, life.plan.weight_log.first, life.plan.weight_log.stop, draws(life.seed, "weights"))
    head = 'Date,"Weight (kg)","Fat mass (kg)","Bone mass (kg)","Muscle mass (kg)","Hydration (kg)",Comments'
    at = spaced(life.clock.local(life.nights.wake[days] + 420))
    rows = [f"{stamp},{life.intake.scale[day]:.2f},,,,," for stamp, day in zip(at, days.tolist(), strict=True)]
    return _saved(folder / "weight.csv", [head, *rows[::-1]])


def purchases(life: Life, folder: Path) -> Path:
    """A plain spending log."""
    bought = life.purchases
    rows = [
        f"{life.plan.day(day)},{euros:.2f},{SHOPS[shop][0]},{SHOPS[shop][1]}"
        for day, shop, euros in zip(bought.day.tolist(), bought.shop.tolist(), bought.euros.tolist(), strict=True)
    ]
    return _saved(folder / "spending.csv", ["date,amount (EUR),merchant,category", *rows])


def listening(life: Life, folder: Path) -> Path:
    """Minutes of listening, one value a row."""
    rows = [
        f"{life.plan.day(day)},listening,{minutes:.0f},min"
        for day, minutes in enumerate(life.mind.listening.tolist())
        if minutes
    ]
    return _saved(folder / "listening.csv", ["date,signal,value,unit", *rows])


def _saved(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
    return path
