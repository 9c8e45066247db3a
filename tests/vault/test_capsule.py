from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftwin.vault import capsule, slots
from selftwin.vault.capsule import opened, printed, readings
from selftwin.vault.outside import Epoch
from selftwin.vault.slots import Cost, Unlocked
from selftwin.vocabulary.errors import NoVault, SealBroken, WrongPassphrase

if TYPE_CHECKING:
    from pathlib import Path

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
codes = st.binary(min_size=16, max_size=16)


@given(codes)
def test_a_printed_code_reads_back_first(code: bytes) -> None:
    assert next(readings(printed(code))) == code


@given(codes, st.sampled_from(["lower", "spaced", "bare", "misread"]))
def test_a_code_may_be_typed_as_people_type(code: bytes, manner: str) -> None:
    text = printed(code)
    typed = {
        "lower": text.lower(),
        "spaced": f"  {text.replace('-', ' ')}\n",
        "bare": text.replace("-", ""),
        "misread": text.replace("0", "o").replace("1", "l").replace("V", "u"),
    }[manner]
    assert next(readings(typed)) == code


@given(codes, st.integers(0, 27), st.sampled_from(LETTERS))
def test_one_wrong_letter_is_put_right(code: bytes, place: int, letter: str) -> None:
    text = printed(code).replace("-", "")
    assert code in list(readings(text[:place] + letter + text[place + 1 :]))


@given(codes, st.integers(0, 26))
def test_two_swapped_neighbours_are_put_right(code: bytes, place: int) -> None:
    text = printed(code).replace("-", "")
    assert code in list(readings(text[:place] + text[place + 1] + text[place] + text[place + 2 :]))


@pytest.mark.parametrize("typed", ["", "0000", "0" * 27, "0" * 29])
def test_a_code_of_the_wrong_length_says_so(typed: str) -> None:
    with pytest.raises(WrongPassphrase, match=f"28 letters and digits; {len(typed)}"):
        list(readings(typed))


@pytest.fixture
def keys(tmp_path: Path) -> Unlocked:
    return slots.create(tmp_path / "slots.json", "pw", ("journal",), cost=Cost.QUICK)


def test_a_capsule_and_its_code_give_everything_back(tmp_path: Path, keys: Unlocked) -> None:
    epoch = Epoch.after(6)
    code = capsule.issue(tmp_path / "capsule", keys, epoch)
    found = opened(tmp_path / "capsule", code)
    assert (found.vault, found.epoch.number) == (keys.vault, 7)
    assert found.epoch.secret.reveal() == epoch.secret.reveal()
    assert found.unlocked().data_key("journal").reveal() == keys.data_key("journal").reveal()


def test_a_capsule_is_small_private_and_opens_with_no_other_code(tmp_path: Path, keys: Unlocked) -> None:
    path = tmp_path / "capsule"
    code = capsule.issue(path, keys, Epoch.after(0))
    assert path.stat().st_size < 2000
    assert path.stat().st_mode & 0o077 == 0
    assert code.replace("-", "") not in path.read_text()
    with pytest.raises(WrongPassphrase):
        opened(path, printed(os.urandom(16)))
    with pytest.raises(WrongPassphrase):
        opened(path, capsule.issue(tmp_path / "second", keys, Epoch.after(0)))


def test_a_damaged_or_missing_capsule_is_named(tmp_path: Path, keys: Unlocked) -> None:
    path = tmp_path / "capsule"
    code = capsule.issue(path, keys, Epoch.after(0))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(SealBroken, match="capsule"):
        opened(path, code)
    with pytest.raises(SealBroken, match="not a recovery capsule"):
        opened(tmp_path / "slots.json", code)
    with pytest.raises(NoVault):
        opened(tmp_path / "nowhere", code)
