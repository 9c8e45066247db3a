"""Backups over HTTP: where they lie, and making one or reading one back as a job."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from selftwin.vocabulary.errors import UsageError
from selftwin.web import backing
from selftwin.web.api._told import BEGUN, JOB, told
from selftwin.web.caller import Owner
from selftwin.web.saying import answer

ROUTER = APIRouter(tags=["backups"])
_KEPT = {"place": "/mnt/disk/twin", "number": 3, "made": "2026-11-28T12:00:00Z", "size": 12345678}


class Where(BaseModel):
    """A folder that is there, or `s3://bucket/prefix`; empty is the place of the last backup."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"place": ""}]})

    place: str = Field(default="", max_length=1000)


class Making(Where):
    """The same, and how many backups the place keeps: 7 unless told."""

    keep: int | None = Field(default=None, ge=1, le=9999, strict=True)


@ROUTER.get("/backups", summary="Where backups lie", responses=told({"places": [_KEPT]}))
def every(owner: Owner) -> Response:
    """Places that were given backups, each with its newest."""
    return answer({"places": owner.held.twin.backups.known()})


@ROUTER.post("/backups", summary="Make a backup", status_code=BEGUN,
             responses=told(JOB | {"kind": "backup"}, code=BEGUN))  # fmt: skip
def make(owner: Owner, making: Making) -> Response:
    """A job; only what is new to the place is written, sealed."""
    return answer(backing.make(owner.held, _plain(making.place), making.keep).plain(), BEGUN)


@ROUTER.post("/backups/check", summary="Read a backup back whole", status_code=BEGUN,
             responses=told(JOB | {"kind": "backup-check"}, code=BEGUN))  # fmt: skip
def check(owner: Owner, where: Where) -> Response:
    """A job: the newest backup there is read and held against its manifest."""
    return answer(backing.verify(owner.held, _plain(where.place)).plain(), BEGUN)


def _plain(place: str) -> str:
    """A place that may be asked for from afar: a bucket, or a folder that is there. Raises UsageError."""
    if not place or (place.startswith("s3://") and place.isprintable()):
        return place
    folder = Path(place)
    if not (place.isprintable() and folder.is_absolute() and folder.is_dir()) or folder == folder.parent:
        raise UsageError("There is no such folder on this machine.", hint="Make it first, and give its whole path.")
    return place
