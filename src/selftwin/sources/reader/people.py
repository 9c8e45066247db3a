"""Whose files they are, as far as they say it: two people's are never merged."""

from __future__ import annotations

from dataclasses import dataclass, field

from selftwin.vocabulary.errors import SeveralSubjects


@dataclass(frozen=True, slots=True)
class People:
    """The people whom files have named so far.

    A film service knows somebody by a nickname, a hospital by name and birth: only names of one kind can be held
    together, so two names in files of different kinds may be one person's.
    """

    _met: dict[str, dict[str, None]] = field(default_factory=dict)

    def meet(self, kind: str, people: tuple[str, ...]) -> None:
        """Take note of whom a file of this kind names. Raises `SeveralSubjects` once the kind has named two."""
        known = self._met.setdefault(kind, {})
        known.update(dict.fromkeys(people))
        if len(known) > 1:
            raise SeveralSubjects("What was given", tuple(known))
