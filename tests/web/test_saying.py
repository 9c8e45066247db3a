"""What goes wrong has one status and one kind, wherever it is raised."""

from __future__ import annotations

import pytest

from selftwin.twin.imports import NoSuchImport
from selftwin.twin.uploading import NoSuchUpload
from selftwin.vocabulary.errors import UnknownSignal, UsageError
from selftwin.web import saying
from selftwin.web.jobs import Jobs, NoSuchJob


@pytest.mark.parametrize("kind", [NoSuchUpload, NoSuchImport, NoSuchJob, UnknownSignal, saying.NotFound])
def test_whatever_is_not_there_is_told_by_its_own_name(kind: type[UsageError]) -> None:
    answer = saying.told(kind("It is not there."))
    assert answer.status_code == 404
    assert f'"{kind.__name__}"'.encode() in answer.body


def test_a_job_that_is_not_there_says_so() -> None:
    with pytest.raises(NoSuchJob):
        Jobs().get("7")
