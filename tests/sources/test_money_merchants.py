from __future__ import annotations

import polars as pl
import pytest

from selftwin.sources import _money_merchants as merchants
from selftwin.sources._money_identity import Equals, digests, short


def known(party: str, words: str = "", code: str | None = None) -> tuple[str | None, ...]:
    payment = pl.DataFrame({"party": [party], "words": [words], "code": [code]}, schema_overrides={"code": pl.String})
    return tuple(merchants.recognised(payment).row(0))


@pytest.mark.parametrize(
    ("party", "told"),
    [
        ("REWE Markt GmbH", ("REWE", "groceries", "purchase")),
        ("POS PURCHASE STARBUCKS STORE 04711", ("Starbucks", "eating out", "purchase")),
        ("SumUp *Blumen Anna 12.03", ("Blumen Anna", None, None)),
        ("NETFLIX.COM", ("Netflix", "streaming and software", "subscription")),
        ("Sankt Anna Apotheke", ("Sankt Anna Apotheke", "health", "medical.cost")),
        ("BARBARA EBERT", ("Barbara Ebert", None, None)),
        ("Fromagerie Dupont", ("Fromagerie Dupont", None, None)),
        ("To Anna", ("Anna", None, None)),
        ("CAPITAL ONE MOBILE PYMT", ("Capital One Mobile Pymt", "savings and own transfers", "transfer.out")),
        ("AUTOPAY 99999000012345RAUTOPAY AUTO-PMT", ("Autopay", "savings and own transfers", "transfer.out")),
    ],
)
def test_a_payment_is_known_by_the_words_of_a_rule(party: str, told: tuple[str, ...]) -> None:
    assert known(party) == told


def test_a_code_of_the_trade_decides_where_no_word_does() -> None:
    assert known("ANNAS LADEN", code="5411") == ("Annas Laden", "groceries", "purchase")


def test_ones_own_rules_come_before_the_shipped_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    own = merchants.parse('[[category]]\nname = "work"\nmerchants = { "Canteen" = ["rewe"] }\n')
    shipped = merchants.rules()[0][-1]
    monkeypatch.setattr(merchants, "rules", lambda: ((own, shipped), ""))
    assert known("REWE Markt") == ("Canteen", "work", "purchase")
    assert known("LIDL 22")[1] == "groceries"


@pytest.mark.parametrize("text", ["[[category]]\nwords = []", '[[category]]\nname="a"\nsignal="joy"', "[", "a = 1"])
def test_rules_that_cannot_be_meant_are_refused(text: str) -> None:
    with pytest.raises(merchants.BadRules):
        merchants.parse(text)


def test_every_shipped_word_leads_to_a_role_and_finds_itself() -> None:
    shipped = merchants.rules()[0][-1]
    words = [word for word in shipped.categories if not word.endswith("*")]
    found = pl.Series(words).str.extract_all(shipped.pattern).list.first()
    assert [word for word, one in zip(words, found, strict=True) if one != word] == []
    assert {shipped.roles[category] for category in shipped.categories.values()} <= merchants.ROLES


def test_an_account_has_the_same_short_name_however_it_is_written() -> None:
    assert short("DE02 1203-0000") == short("de0212030000")
    assert short("") == short(None) == "-"


def test_digests_and_ordinals_do_not_depend_on_where_a_block_ends() -> None:
    words = pl.Series(["Kaffee", "kaf fee", "Tee", None, "Kaffee"])
    assert digests(words).to_list() == [*digests(words[:2]), *digests(words[2:])]
    assert digests(words)[0] == digests(words)[1] != digests(words)[2]
    equals = Equals()
    assert [*equals.ordinals(words[:3]), *equals.ordinals(words[3:])] == [0, 0, 0, 0, 1]
