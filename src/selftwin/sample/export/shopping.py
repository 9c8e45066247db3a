"""How purchases were paid: in cash, by card, or ordered at Amazon, which sends and charges some days later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from selftwin.sample.causes import draws
from selftwin.sample.mind import SHOPS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from selftwin.sample.life import Life

    Flags = NDArray[np.bool_]
    Integers = NDArray[np.int64]

_ONLINE = {"Bookshop": 0.6, "Outdoor store": 0.5}  # how likely a purchase there was an order
_CASH = {"Market hall": 0.15, "Corner cafe": 0.2}
BOOKS = (
    ("Salt and Other Rivers", "M. Fjeld"), ("The Patient Tide", "O. Varga"), ("Nine Zones West", "L. Okafor"),
    ("A Short History of Sleep", "P. Lindqvist"), ("The Cartographer's Lunch", "R. Iyer"),
    ("Winter Arithmetic", "J. Moreau"), ("Running Slowly", "T. Bakker"), ("House of Small Weather", "S. Adeyemi"),
    ("The Second Harbour", "E. Castellan"), ("What the Heron Knew", "D. Novak"), ("Bread, Slowly", "H. Meijer"),
    ("An Atlas of Ordinary Days", "K. Tanaka"), ("The Quiet Signal", "A. Brandt"), ("Letters to a Bicycle", "N. Rossi"),
    ("Glass Orchard", "F. Dvorak"), ("The Long Weekend", "C. Abara"),
)  # fmt: skip
GEAR = ("Running socks, 3 pairs", "Rain jacket", "Head torch", "Cycling gloves", "Running belt", "Wool hat")


@dataclass(frozen=True, slots=True)
class Paid:
    """How each purchase of the life was paid, shape [purchases] each."""

    ordered: Flags  # at Amazon
    cash: Flags
    charged: Integers  # the day on which the account was charged
    nth: Integers  # the how manieth at its shop


def paid(life: Life) -> Paid:
    """How the purchases were paid; the same for every archive that tells of them."""
    rng, bought = draws(life.seed, "paying"), life.purchases
    chance = rng.random(bought.day.size)
    names = np.array([name for name, *_ in SHOPS])[bought.shop]
    ordered = chance < np.array([_ONLINE.get(name, 0.0) for name in names])
    cash = chance < np.array([_CASH.get(name, 0.0) for name in names])
    later = np.where(ordered, rng.integers(1, 5, bought.day.size), 0)
    nth = np.zeros(bought.day.size, np.int64)
    for shop in range(len(SHOPS)):
        nth[bought.shop == shop] = np.arange((bought.shop == shop).sum())
    return Paid(ordered, cash, bought.day + later, nth)


def called(life: Life, one: int, nth: int) -> str:
    """What was bought, of what can be ordered."""
    if SHOPS[int(life.purchases.shop[one])][0] == "Bookshop":
        return f"{BOOKS[nth % len(BOOKS)][0]} (paperback)"
    return GEAR[nth % len(GEAR)]


def books(life: Life) -> list[tuple[int, str, str]]:
    """Books that were bought, in order: the day, title and author, each once."""
    days = life.purchases.day[np.array([SHOPS[shop][0] == "Bookshop" for shop in life.purchases.shop.tolist()])]
    return [(day, *book) for day, book in zip(days.tolist(), BOOKS, strict=False)]
