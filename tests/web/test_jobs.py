"""Long work: it tells how far it is, ends in words, stops when asked, and writers take turns."""

from __future__ import annotations

import threading

import pytest

from selftwin.vocabulary.errors import UsageError
from selftwin.web.jobs import KEPT, Job, Jobs, State


def test_a_job_tells_how_far_it_is_and_gives_its_result() -> None:
    jobs, go = Jobs(), threading.Event()

    def work(job: Job) -> int:
        job.tell("half way", 0.5, files=2)
        assert go.wait(5)
        return 7

    job = jobs.start("import", "A file", work)
    while job.heard(job.version, 0.05) and job.share is None:
        pass
    assert (job.state, job.words, job.share, job.facts) == (State.RUNNING, "half way", 0.5, {"files": 2})
    go.set()
    assert job.wait(5)
    assert (job.state, job.result) == (State.DONE, 7)
    assert job.plain()["state"] == "done"
    assert jobs.get(job.id) is job


def test_who_asked_hears_how_a_job_ended_before_those_who_wait_for_it_go_on() -> None:
    go, heard = threading.Event(), list[object]()
    job = Jobs().start("undo", "A file", lambda _: go.wait(5))
    job.then(lambda over: heard.append(over.result))
    assert not heard
    go.set()
    assert job.wait(5)
    assert heard == [True]
    job.then(lambda over: heard.append(over.state))
    assert heard == [True, State.DONE]


def test_what_the_house_refuses_is_told_and_what_nobody_foresaw_carries_no_value() -> None:
    def refused(_: Job) -> None:
        raise UsageError("That is no day.", hint="Write one.")

    def broken(_: Job) -> None:
        raise ValueError("weight was 81.3")

    first, second = Jobs().start("a", "a", refused), Jobs().start("b", "b", broken)
    assert first.wait(5)
    assert second.wait(5)
    assert first.plain()["error"] == {"kind": "UsageError", "message": "That is no day.", "hint": "Write one."}
    assert "81.3" not in str(second.plain())
    assert second.state is State.FAILED


def test_a_job_that_is_stopped_ends_at_its_next_word() -> None:
    jobs, begun = Jobs(), threading.Event()

    def work(job: Job) -> None:
        while True:
            begun.set()
            job.tell("on", 0.1)

    job = jobs.start("import", "For ever", work, writes=True)
    assert begun.wait(5)
    waiting = jobs.start("import", "After it", lambda _: 1, writes=True)
    jobs.stop_all()
    assert job.state is State.STOPPED
    assert waiting.wait(5)
    assert waiting.state is State.STOPPED


def test_two_that_write_never_run_at_once_and_readers_do_not_wait() -> None:
    jobs, at_once, most = Jobs(), [0], [0]
    guard = threading.Lock()

    def write(_: Job) -> None:
        with guard:
            at_once[0] += 1
            most[0] = max(most[0], at_once[0])
        threading.Event().wait(0.02)
        with guard:
            at_once[0] -= 1

    writers = [jobs.start("w", "w", write, writes=True) for _ in range(5)]
    assert jobs.writing
    assert jobs.start("r", "r", lambda _: None).wait(5)
    assert all(job.wait(5) for job in writers)
    assert most == [1]
    assert not jobs.writing


def test_old_jobs_are_forgotten_and_one_that_is_unknown_is_refused() -> None:
    jobs = Jobs()
    for _ in range(KEPT + 20):
        assert jobs.start("x", "x", lambda _: None).wait(5)
    assert len(list(jobs)) <= KEPT + 1
    with pytest.raises(UsageError):
        jobs.get("1")


def test_what_jobs_found_out_can_be_forgotten() -> None:
    jobs = Jobs()
    job = jobs.start("look", "A file", lambda _: "what is in it")
    assert job.wait(5)
    jobs.forget()
    assert (job.result, job.state) == (None, State.DONE)
