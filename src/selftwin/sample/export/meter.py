"""Green Button: the electricity of the home by the hour, the last quarter that the utility keeps, as a feed of ESPI."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from selftwin.sample.causes import draws
from selftwin.sample.export.archive import kept

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from selftwin.sample.life import Life

_KEPT = 90  # days
_HOUR, _HOURS = 3600, 24
_POINT = "https://utility.example/espi/1_1/resource/RetailCustomer/1/UsagePoint/1"
_FEED = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" '
    'xmlns:espi="http://naesb.org/espi">\n<id>urn:uuid:0f2c0e4e-5a3b-4c8e-9d43-5a0000000000</id>\n'
    "<title>Green Button Usage Feed</title>\n"
)
_TYPE = (
    "<espi:ReadingType><espi:accumulationBehaviour>4</espi:accumulationBehaviour><espi:commodity>1</espi:commodity>"
    "<espi:flowDirection>1</espi:flowDirection><espi:intervalLength>3600</espi:intervalLength>"
    "<espi:powerOfTenMultiplier>0</espi:powerOfTenMultiplier><espi:uom>72</espi:uom></espi:ReadingType>"
)


def green_button(life: Life, folder: Path) -> Path:
    """`green-button.xml` in `folder`: a block of hours a day, in Wh."""
    rng = draws(life.seed, "meter")
    first = max(0, life.plan.days - _KEPT)
    begun = np.arange(int(life.clock.utc(first, 0)), life.clock.end - 2 * _HOUR, _HOUR)
    used = _used(life, begun, rng)
    days = range(0, begun.size, _HOURS)
    blocks = [_block(number, begun[low : low + _HOURS], used[low : low + _HOURS]) for number, low in enumerate(days)]
    service = "<espi:UsagePoint><espi:ServiceCategory><espi:kind>0</espi:kind></espi:ServiceCategory></espi:UsagePoint>"
    meter = f"{_POINT}/MeterReading/1"
    entries = [
        _entry(service, ("self", _POINT), ("related", f"{_POINT}/MeterReading")),
        _entry("<espi:MeterReading/>", ("self", meter), ("related", f"{meter}/IntervalBlock"),
               ("related", "https://utility.example/espi/1_1/resource/ReadingType/1")),
        _entry(_TYPE, ("self", "https://utility.example/espi/1_1/resource/ReadingType/1")),
    ]  # fmt: skip
    return kept(folder / "green-button.xml", f"{_FEED}{''.join([*entries, *blocks])}</feed>\n")


def _used(life: Life, begun: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Wh of each hour: little by night and at work, more around dinner, and more when it is cold and dark."""
    day = np.clip(life.clock.day(begun), 0, life.plan.days - 1)
    hour = life.clock.local(begun) // _HOUR % _HOURS
    dinner = np.abs(hour + 0.5 - life.states.dinner[day] / 60) < 1.2
    out = ~life.states.free[day] & (hour >= 8) & (hour < 18) & (life.states.felt[day] < 0.3)
    usual = 130 + 260 * ((hour >= 18) & (hour < 23)) + 170 * ((hour >= 7) & (hour < 18) & ~out) + 620 * dinner
    warmed = usual * (1 + 0.2 * life.states.winter[day])
    return np.asarray(np.round(warmed * rng.lognormal(0, 0.25, begun.size)), np.int64)


def _entry(content: str, *links: tuple[str, str]) -> str:
    told = "".join(f'<link rel="{way}" href="{to}"/>' for way, to in links)
    return f"<entry>{told}<title/><content>{content}</content></entry>\n"


def _block(number: int, begun: NDArray[np.int64], used: NDArray[np.int64]) -> str:
    readings = "".join(
        f"<espi:IntervalReading><espi:timePeriod><espi:duration>{_HOUR}</espi:duration><espi:start>{at}</espi:start>"
        f"</espi:timePeriod><espi:value>{wh}</espi:value></espi:IntervalReading>"
        for at, wh in zip(begun.tolist(), used.tolist(), strict=True)
    )
    span = (
        f"<espi:interval><espi:duration>{_HOUR * begun.size}</espi:duration><espi:start>{begun[0]}</espi:start>"
        "</espi:interval>"
    )
    here = f"{_POINT}/MeterReading/1/IntervalBlock"
    return _entry(
        f"<espi:IntervalBlock>{span}{readings}</espi:IntervalBlock>", ("self", f"{here}/{number}"), ("up", here)
    )
