"""Which payment is which: short names for accounts, and a key for a payment whose bank gives it no id.

Such a payment is known by its account, booking day, amount, what is written on it, and its place among equals of that
day. Two identical coffees stay two, the same statement twice adds nothing, and statements that overlap agree.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from selftwin.sources._distinct_cells import once

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

NOBODY = "-"
_SEED, _WIDEST = 7, 4096


def short(account: str | None) -> str:
    """A stable name of eight letters for an account; case, spaces and hyphens do not matter.

    >>> short("DE02 1203 0000 0000 2020 51") == short("de02120300000000202051")
    True
    """
    from hashlib import blake2s

    plain = re.sub(r"[\s.-]", "", account or "").upper()
    return blake2s(plain.encode(), digest_size=4).hexdigest() if plain else NOBODY


def shortened(accounts: pl.Series) -> pl.Series:
    """The short name of each account."""
    import polars as pl

    told = accounts.cast(pl.String).fill_null("")
    return told.replace_strict({one: short(one) for one in told.unique().to_list()}, return_dtype=pl.String)


def digests(words: pl.Series) -> pl.Series:
    """Forty bits of each text, the same on every machine and in every version; case and spaces do not matter."""
    import polars as pl

    return once(words, lambda some: pl.DataFrame({"digest": _digests(some)})).to_series()


def _digests(words: pl.Series) -> NDArray[np.uint64]:
    import numpy as np
    import polars as pl

    plain = words.fill_null("").str.to_lowercase().str.replace_all(r"\s+", "")
    text = plain.to_frame("text").to_arrow(compat_level=pl.CompatLevel.oldest())["text"].combine_chunks()
    offsets, data = text.buffers()[1:]
    table = np.random.PCG64(_SEED).random_raw(_WIDEST) | np.uint64(1)
    ends = np.frombuffer(offsets, np.int64, len(words) + 1, text.offset * 8)
    starts, lengths = ends[:-1] - ends[0], np.diff(ends)
    letters = np.frombuffer(data or b"", np.uint8)[ends[0] : ends[-1]]
    place = (np.arange(len(letters)) - np.repeat(starts, lengths)) % _WIDEST
    sums = np.concatenate([[np.uint64(0)], np.cumsum((letters.astype(np.uint64) + np.uint64(1)) * table[place])])
    return np.asarray((sums[starts + lengths] - sums[starts]) >> np.uint64(24), np.uint64)


def _day(booked: pl.Series) -> pl.DataFrame:
    return booked.dt.strftime("%Y%m%d").fill_null("?").to_frame()


class Equals:
    """How many equal payments a file has told so far: one number beside each key that was met."""

    def __init__(self) -> None:
        import polars as pl

        self._met = pl.DataFrame(schema={"key": pl.UInt64, "n": pl.UInt32})

    def ordinals(self, keys: pl.Series) -> pl.Series:
        """The place of each among its equals in the file, from 0."""
        import polars as pl

        frame = pl.DataFrame({"key": keys.hash()})
        here = frame.join(self._met, on="key", how="left", maintain_order="left").select(
            "key", place=pl.int_range(pl.len(), dtype=pl.UInt32).over("key") + pl.col("n").fill_null(0)
        )
        met = here.group_by("key").agg(n=pl.col("place").max() + 1)
        self._met = pl.concat([self._met, met]).group_by("key").agg(pl.col("n").max())
        return here["place"]


def natives(payments: pl.DataFrame, equals: Equals) -> pl.Series:
    """The native key of each payment: account and the bank's `id`, or account, `booked`, `amount` and the rest."""
    import polars as pl

    cents = (pl.col("amount") * 100).round(0).fill_nan(None).cast(pl.Int64, strict=False).cast(pl.String)
    said = payments.select(pl.coalesce(pl.col("reference").replace("", None), "words")).to_series()
    key = payments.select(
        pl.concat_str(
            "account",
            once(payments["booked"], _day).to_series(),
            cents.fill_null("?"),
            digests(said).cast(pl.String),
            separator="/",
        )
    ).to_series()
    counted = equals.ordinals(key)
    return payments.select(
        pl.when(pl.col("id").fill_null("") != "")
        .then(pl.concat_str("account", "id", separator="/"))
        .otherwise(pl.concat_str(key, counted.cast(pl.String), separator="/"))
        .alias("native")
    ).to_series()
