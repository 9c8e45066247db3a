"""Erasing as the pages and the API go about it: proved by the passphrase first, then a job that ends with a
certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.web.rendering import texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from selftwin.twin.erasing import Certificate, Target
    from selftwin.web.house import Held
    from selftwin.web.jobs import Job

ERASE = "erase"


def begin(held: Held, wanted: Target, passphrase: str) -> Job:
    """Erase as a job whose result is the certificate. Raises WrongPassphrase, TooOften before anything is
    touched.

    After everything the server holds no twin any more.
    """
    held.prove(passphrase)
    return held.jobs.start(ERASE, texts("en")("keep.erasing"), _erasing(held, wanted, passphrase), writes=True)


def _erasing(held: Held, wanted: Target, passphrase: str) -> Callable[[Job], Certificate]:
    def work(job: Job) -> Certificate:
        job.tell(texts("en")("keep.erasing_words"))
        done = held.twin.erase(wanted, passphrase)
        if wanted.everything:
            held.let_go()
        else:
            held.forget()
        job.words, job.share = texts("en")("keep.erased"), 1.0
        return done

    return work
