"""Who was paid and what for: rules in `merchants.toml`, which a person can read, and correct in the config folder.

A rule is a category with words; the first word of a payment that any rule knows decides. The person's own rules are
asked before the shipped ones (docs/sources/money.md).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from selftwin.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

_LONGEST_NAME = 60
_EDGE = r"(?-u:\b)"
ROLES = frozenset({
    "purchase", "subscription", "medical.cost", "insurance.premium", "donation", "tax", "rent", "loan.payment", "fee",
    "cash.withdrawal", "income", "income.salary", "transfer.out",
})  # fmt: skip


class BadRules(UsageError):
    """A file of rules for merchants says something that cannot be meant."""

    hint = "docs/sources/money.md says what a rule may say."


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """Rules of one file: by word the merchant's name, category and role; the same by merchant category code."""

    names: Mapping[str, str]
    categories: Mapping[str, str]
    roles: Mapping[str, str]
    codes: Mapping[str, str]
    before: tuple[str, ...]

    @property
    def pattern(self) -> str:
        """Finds any of the words in a text in lower case, longer ones first; a `*` at the end is any ending."""
        return _pattern(self)


@lru_cache(maxsize=4)
def _pattern(one: Rules) -> str:
    return rf"(?:{'|'.join(map(_escaped, sorted(one.categories, key=len, reverse=True)))})"


def _escaped(word: str) -> str:
    """A word as a pattern that begins and ends where words do; the edge of an `é` cannot be told quickly."""
    plain = re.escape(word.rstrip("*")).replace(r"\ ", r"\s+")
    first, last = (_EDGE if letter.isascii() and letter.isalnum() else "" for letter in (word[0], word[-1]))
    return f"{first}{plain}{last}"


def own_file() -> Path:
    """Where a person puts rules of their own."""
    from platformdirs import user_config_dir

    return Path(user_config_dir("selftwin")) / "merchants.toml"


@lru_cache(maxsize=4)
def rules(path: Path | None = None) -> tuple[tuple[Rules, ...], str]:
    """The person's own rules, then the shipped ones; and a sentence where the own ones cannot be used."""
    shipped = parse(files("selftwin.sources").joinpath("merchants.toml").read_text("utf-8"))
    place = path or own_file()
    try:
        return (parse(place.read_text("utf-8")), shipped), ""
    except FileNotFoundError:
        return (shipped,), ""
    except (BadRules, OSError, UnicodeDecodeError) as error:
        return (shipped,), f"Your merchants.toml is not used: {error}"


def parse(text: str) -> Rules:
    """The rules written in a TOML text. Raises BadRules with the part that is off."""
    try:
        said = tomllib.loads(text)
        return _rules(said)
    except tomllib.TOMLDecodeError as error:
        raise BadRules(f"It is no TOML: {error}.") from None
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise BadRules(f"{error} is missing or not what it should be.") from None


def _rules(said: dict[str, Any]) -> Rules:
    if unknown := set(said) - {"category", "strip"}:
        raise BadRules(f"Nobody knows {min(unknown)!r}.")
    names: dict[str, str] = {}
    categories: dict[str, str] = {}
    codes: dict[str, str] = {}
    roles: dict[str, str] = {}
    for one in said.get("category", ()):
        category = one["name"]
        if unknown := set(one) - {"name", "signal", "merchants", "words", "mcc"}:
            raise BadRules(f"{category}: nobody knows {min(unknown)!r}.")
        if (role := one.get("signal", "purchase")) not in ROLES:
            raise BadRules(f"{category}: a signal is one of {', '.join(sorted(ROLES))}.")
        roles[category] = role
        listed = [(word, name) for name, words in one.get("merchants", {}).items() for word in words]
        for word, name in [*listed, *((word, "") for word in one.get("words", ()))]:
            if not (plain := " ".join(word.casefold().split())).strip("*"):
                raise BadRules(f"{category}: an empty word.")
            categories.setdefault(plain, category)
            names.setdefault(plain, name)
        codes |= dict.fromkeys(one.get("mcc", ()), category)
    return Rules(names, categories, roles, codes, tuple(said.get("strip", ())))


def recognised(payments: pl.DataFrame) -> pl.DataFrame:
    """Columns merchant (a plain name), category and role of payments by their party, words and code; shape [n, 3]."""
    import polars as pl

    every, _ = rules()
    asked = payments.select(party=pl.col("party").fill_null(""), words=pl.col("words").fill_null(""), code="code")
    once = asked.unique(maintain_order=True)
    told = once.with_columns(name=pl.lit(""), category=pl.lit(None, pl.String), role=pl.lit(None, pl.String))
    for one in every:
        told = _asked(told, one)
    plain = _plain(pl.when(pl.col("party") != "").then("party").otherwise(pl.col("words")), every)
    told = told.with_columns(merchant=pl.when(pl.col("name") != "").then("name").otherwise(plain))
    keys = ["party", "words", "code"]
    return asked.join(told, on=keys, how="left", maintain_order="left", nulls_equal=True).select(
        pl.col("merchant").replace("", None), "category", "role"
    )


def _asked(told: pl.DataFrame, one: Rules) -> pl.DataFrame:
    """With what these rules know of payments that none has known so far, by their party, else words, else code."""
    import polars as pl

    if not one.categories and not one.codes:
        return told
    party = _words(told["party"], one)
    rest = told["words"].zip_with(party.is_null(), pl.Series([None], dtype=pl.String).new_from_index(0, told.height))
    found = told.with_columns(_word=party.fill_null(_words(rest.str.slice(0, 200), one)))
    said, categories, names = _listed(one)
    category = pl.col("_word").replace_strict(said, categories, default=None)
    category = pl.coalesce(category, pl.col("code").replace_strict(one.codes, default=None, return_dtype=pl.String))
    fresh = pl.col("category").is_null()
    return found.with_columns(
        name=pl.when(fresh).then(pl.col("_word").replace_strict(said, names, default="")).otherwise("name"),
        category=pl.coalesce("category", category),
    ).with_columns(
        role=pl.coalesce("role", pl.col("category").replace_strict(one.roles, default=None, return_dtype=pl.String))
    ).drop("_word")  # fmt: skip


def _words(texts: pl.Series, one: Rules) -> pl.Series:
    """The first word of these rules in each text, or null; each text is looked at once."""
    import polars as pl

    if not one.categories:
        return pl.Series([None], dtype=pl.String).new_from_index(0, len(texts))
    once = texts.unique().to_frame("text")
    word = pl.col("text").str.to_lowercase().str.extract_all(one.pattern).list.first().str.replace_all(r"\s+", " ")
    return texts.to_frame("text").join(once.with_columns(word=word), on="text", how="left", maintain_order="left",
                                       nulls_equal=True)["word"]  # fmt: skip


@lru_cache(maxsize=4)
def _listed(one: Rules) -> tuple[pl.Series, pl.Series, pl.Series]:
    """The words, and the category and name of each."""
    import polars as pl

    told = {word.rstrip("*"): (category, one.names[word]) for word, category in one.categories.items()}
    categories, names = zip(*told.values(), strict=True) if told else ((), ())
    said, category, name = (pl.Series(column, dtype=pl.String) for column in (list(told), categories, names))
    return said, category, name


def _plain(party: pl.Expr, every: tuple[Rules, ...]) -> pl.Expr:
    """A party's name without what banks write around it: the way of paying, branch numbers, dates, towns."""
    import polars as pl

    before = "|".join(part for one in every for part in one.before)
    name = party.str.replace(rf"(?i)^\s*(?:(?:{before})(?:\b|[\s:*.,/-])[\s:*.,/-]*)+", "") if before else party
    name = name.str.replace(r"(?://|\s{3,}|\n|\\).*", "").str.replace_all(r"\s+", " ")
    numbers = r"(?i)[\s,#*-]*(?:\d{2}[./-]\d{2}[./-]?\d{0,4}|#?\d[\dx*/.:-]{2,}).*$"
    name = name.str.replace(numbers, "").str.strip_chars(" ,.*#/-")
    name = pl.when(~name.str.contains(r"^[A-Z]{4}\+")).then(name)  # a reference, and no name
    return name.str.slice(0, _LONGEST_NAME).str.to_titlecase()
