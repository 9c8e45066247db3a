"""How long a passphrase holds against guessing, in words: what somebody with the sealed files and much time would need.

A rough estimate on the careful side: letters are weighed by their kinds, repeats and runs count for little, words by a
list of some thousands. Argon2id makes each guess cost about half a second and 256 MB of a machine.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import pairwise

_KINDS = (
    (re.compile(r"[a-z]"), 26), (re.compile(r"[A-Z]"), 26), (re.compile(r"\d"), 10), (re.compile(r"[^a-zA-Z\d]"), 20),
)  # fmt: skip
_WORD_BITS = 11.0  # a word that somebody thought of, of two thousand
_SIGN_BITS = 4.0  # a digit or sign beside them
_LEAST, _FAIR, _GOOD = 36.0, 48.0, 62.0
_KNOWN = {"password", "passphrase", "passwort", "qwertyuiop", "123456789", "1234567890", "letmein", "selftwin"}


@dataclass(frozen=True, slots=True)
class Strength:
    """`word` is one of `weak`, `fair`, `good`, `strong`; `bits` are what a guesser has to try, as a power of two."""

    word: str
    bits: float

    @property
    def enough(self) -> bool:
        """Whether a twin may be sealed under it."""
        return self.word != "weak"


def strength(passphrase: str) -> Strength:
    """How strong a passphrase is.

    >>> [strength(text).word for text in ("kitten", "four words in a row", "ochre lantern quietly drifts north")]
    ['weak', 'fair', 'good']
    """
    bits = min(_by_letters(passphrase), _by_words(passphrase))
    word = "weak" if bits < _LEAST else "fair" if bits < _FAIR else "good" if bits < _GOOD else "strong"
    return Strength(word, bits)


def _by_letters(text: str) -> float:
    """Each letter counts by the kinds there are; one that repeats or follows the last by one counts for a bit, and what
    is made of few letters for no more than those."""
    each = math.log2(sum(size for kind, size in _KINDS if kind.search(text)) or 1)
    easy = sum(1 for one, other in pairwise(text) if abs(ord(other) - ord(one)) <= 1)
    return min(each * (len(text) - easy) + easy, each * len(set(text)))


def _by_words(text: str) -> float:
    """Words that somebody thought of, each once, and what stands between and behind; infinite where it is no words."""
    words = re.findall(r"[^\W\d_]{3,}", text.casefold())
    if sum(map(len, words)) < len(text) / 2:
        return math.inf
    rest = len(re.sub(r"[^\W\d_]{3,}|\s", "", text.casefold()))
    return sum(1.0 if word in _KNOWN else _WORD_BITS for word in set(words)) + _SIGN_BITS * rest
