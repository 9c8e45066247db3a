"""Two people's files are never merged, and one person's many names do not make them several."""

from __future__ import annotations

import pytest

from selftwin.sources.reader.people import People
from selftwin.vocabulary.errors import SeveralSubjects


def test_a_nickname_and_a_name_with_a_birth_may_be_one_persons() -> None:
    people = People()
    people.meet("netflix", ("Anna",))
    people.meet("health records", ("Anna Muster, 1970-01-01",))
    people.meet("netflix", ("Anna",))
    people.meet("gpx", ())


def test_two_names_of_one_kind_are_two_people_whatever_lies_between() -> None:
    people = People()
    people.meet("health records", ("Anna Muster, 1970-01-01",))
    people.meet("netflix", ("Anna",))
    with pytest.raises(SeveralSubjects) as asked:
        people.meet("health records", ("Ben Muster, 2001-02-03",))
    assert asked.value.subjects == ("Anna Muster, 1970-01-01", "Ben Muster, 2001-02-03")
