from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftwin.vault.keys import NotSealedSo, Secret, derive, seal, text, unseal, untext
from selftwin.vocabulary.errors import VaultError

KEY = Secret(bytes(range(32)))


@given(plain=st.binary(max_size=200), bound=st.binary(max_size=40))
def test_what_is_sealed_opens_with_the_same_key_and_the_same_use(plain: bytes, bound: bytes) -> None:
    assert unseal(KEY, seal(KEY, plain, bound=bound), bound=bound) == plain


@given(plain=st.binary(max_size=60), place=st.integers(min_value=0), bit=st.integers(0, 7))
def test_one_bit_flipped_anywhere_is_refused(plain: bytes, place: int, bit: int) -> None:
    sealed = bytearray(seal(KEY, plain, bound=b"use"))
    sealed[place % len(sealed)] ^= 1 << bit
    with pytest.raises(NotSealedSo):
        unseal(KEY, bytes(sealed), bound=b"use")


@given(short=st.binary(max_size=27))
def test_bytes_too_short_to_be_sealed_are_refused(short: bytes) -> None:
    with pytest.raises(NotSealedSo):
        unseal(KEY, short, bound=b"")


def test_another_use_or_another_key_does_not_open() -> None:
    sealed = seal(KEY, b"plain", bound=b"one use")
    with pytest.raises(NotSealedSo):
        unseal(KEY, sealed, bound=b"another use")
    with pytest.raises(NotSealedSo):
        unseal(Secret.random(), sealed, bound=b"one use")


def test_sealing_twice_never_looks_the_same() -> None:
    assert seal(KEY, b"plain", bound=b"") != seal(KEY, b"plain", bound=b"")


def test_subkeys_differ_by_purpose_and_stay_the_same() -> None:
    subkeys = {bytes(derive(KEY, purpose).reveal()) for purpose in (b"a", b"b", b"a")}
    assert len(subkeys) == 2
    assert bytes(KEY.reveal()) not in subkeys


def test_a_secret_shows_itself_nowhere() -> None:
    secret = Secret(b"correct horse")
    assert "horse" not in f"{secret!r} {secret}"
    with pytest.raises(TypeError):
        pickle.dumps(secret)


def test_a_wiped_secret_is_gone() -> None:
    secret = Secret(b"correct horse")
    held = secret.reveal()
    secret.wipe()
    assert b"horse" not in held
    with pytest.raises(VaultError):
        secret.reveal()


@given(st.binary(max_size=64))
def test_bytes_survive_documents(held: bytes) -> None:
    assert untext(text(held)) == held
