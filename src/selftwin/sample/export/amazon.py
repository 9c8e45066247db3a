"""Amazon: the table of orders of a data request. The bank is charged some days later: one purchase, told by both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from selftwin.sample.causes import draws
from selftwin.sample.export.archive import pack
from selftwin.sample.export.shopping import called, paid
from selftwin.sample.export.stamps import crlf, iso

if TYPE_CHECKING:
    from pathlib import Path

    from selftwin.sample.life import Life

_HEAD = (
    "Website,Order ID,Order Date,Purchase Order Number,Currency,Unit Price,Unit Price Tax,Shipping Charge,"
    "Total Discounts,Total Owed,Shipment Item Subtotal,Shipment Item Subtotal Tax,ASIN,Product Condition,Quantity,"
    "Payment Instrument Type,Order Status,Shipment Status,Ship Date,Shipping Option,Shipping Address,Billing Address,"
    "Carrier Name & Tracking Number,Product Name,Gift Message,Gift Sender Name,Gift Recipient Contact Details"
)
_NONE = "Not Applicable"
_EVENING, _MORNING = 1215, 600  # minutes from midnight


def write(life: Life, folder: Path) -> Path:
    """`Your Orders.zip` in `folder`, its table newest first."""
    rng, bought, told = draws(life.seed, "amazon"), life.purchases, paid(life)
    place = np.flatnonzero(told.ordered)
    day = bought.day[place]
    minute = np.where(life.clock.exists(day, _EVENING), _EVENING, _MORNING) + rng.random(place.size) * 90
    stamps = iso(life.clock.utc(day, minute))
    sent = iso(life.clock.utc(told.charged[place], 700))
    ids = [f"306-{rng.integers(10**7):07d}-{rng.integers(10**7):07d}" for _ in place]
    lines = [
        _line(life, int(one), int(told.nth[one]), (order, f"{at}Z", f"{ship}Z"))
        for one, order, at, ship in zip(place, ids, stamps, sent, strict=True)
    ]
    table = b"\xef\xbb\xbf" + crlf([_HEAD, *lines[::-1]])
    last = life.plan.day(life.plan.days - 1)
    return pack(folder / "Your Orders.zip", {"Retail.OrderHistory.1/Retail.OrderHistory.1.csv": table}, last)


def _line(life: Life, one: int, nth: int, order: tuple[str, str, str]) -> str:
    """One order of one article."""
    number, at, sent = order
    euros, name = float(life.purchases.euros[one]), called(life, one, nth)
    net = euros / 1.21
    asin = f"B0S{nth % 100:03d}{len(name):04d}"
    return (
        f"Amazon.nl,{number},{at},{_NONE},EUR,{net:.2f},{euros - net:.2f},0,'-0.00',{euros:.2f},{net:.2f},"
        f"{euros - net:.2f},{asin},New,1,Visa - 0000,Closed,Shipped,{sent},std-nl,A Street,A Street,"
        f'A carrier(0000),"{name}",Not Available,Not Available,Not Available'
    )
