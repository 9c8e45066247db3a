"""What goes wrong, as an answer: a status, a kind, a sentence and what to do next; never a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from fastapi import Response

from selftwin.twin.imports import NoSuchImport
from selftwin.twin.uploading import NoSuchUpload
from selftwin.vocabulary import errors
from selftwin.web.guesses import TooOften
from selftwin.web.jobs import NoSuchJob
from selftwin.wording.data import packed

if TYPE_CHECKING:
    from selftwin.vocabulary.errors import SelftwinError


class NotFound(errors.UsageError):
    """Nothing is at this address, or no more."""

    hint = ""


STATUS: tuple[tuple[type[SelftwinError], int], ...] = (
    (TooOften, 429),
    (errors.Locked, 423),
    (errors.WrongPassphrase, 401),
    (errors.Refused, 403),
    *((kind, 404) for kind in (errors.UnknownSignal, errors.UnknownParty, errors.UnknownGrant, errors.NoVault)),
    *((kind, 404) for kind in (NoSuchUpload, NoSuchImport, NoSuchJob, NotFound)),
    (errors.NothingYet, 409),
    (errors.UsageError, 400),
)


def status(error: SelftwinError) -> int:
    """The HTTP status of an error of the house."""
    return next((code for kind, code in STATUS if isinstance(error, kind)), 500)


def plain(kind: str, message: str, hint: str = "") -> bytes:
    """An error as the JSON of the API."""
    return orjson.dumps({"error": {"kind": kind, "message": message, "hint": hint}})


def plain_error(code: int, kind: str, message: str, hint: str = "") -> Response:
    """An error as an answer of the API."""
    return Response(plain(kind, message, hint), code, media_type="application/json")


def answer(thing: Any, code: int = 200) -> Response:
    """Any answer of the twin as JSON; data classes, dates and frames of columns are fine."""
    return Response(packed(thing), code, media_type="application/json")


def told(error: SelftwinError) -> Response:
    """An error of the house as an answer of the API."""
    return plain_error(status(error), type(error).__name__, str(error), error.hint)
