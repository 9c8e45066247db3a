"""Files on their way in: created, sent piece by piece, gone on with after a break, given up (tus 1.0).

Each piece is sealed to the twin's own key before it touches the disk. What has arrived is looked at and kept by the
routes of `imports`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Header, Path, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from selftwin.twin.uploading import OutOfPlace, TooLarge, uploads
from selftwin.vocabulary.errors import SelftwinError, UsageError
from selftwin.web import saying
from selftwin.web.caller import Owner
from selftwin.web.guard import LARGEST_PIECE
from selftwin.web.uploads import ABOUT, HEADERS, PIECE, VERSION, agrees, metadata

if TYPE_CHECKING:
    from selftwin.twin.uploading import Upload

ROUTER = APIRouter(tags=["uploads"])
ODD_VERSION, ODD_SUM = 412, 460
STATUS: tuple[tuple[type[SelftwinError], int], ...] = ((OutOfPlace, 409), (TooLarge, 413))
_EXAMPLE = {
    "uploads": [
        {"id": "0f8c2d6a5e7b41d3a9c04b1e2f3a4d5c", "name": "export.zip", "size": 48213004, "offset": 16777216,
         "began": "2026-11-24T07:31:00+00:00", "modified": "1795478400000"},
    ]
}  # fmt: skip
_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"description": "A header, or a name, is off."},
    403: {"description": "The change does not carry the token of its session."},
    412: {"description": "Another version of tus than 1.0.0, or none."},
    423: {"description": "Nobody is logged in, or the twin is locked."},
}
_ONE = _REFUSALS | {404: {"description": "There is no such upload."}}


class _OddVersion(UsageError):
    """The client speaks another version of the protocol."""


def _speaks(version: str) -> None:
    """Raises where the client does not speak tus 1.0.0."""
    if version != VERSION:
        raise _OddVersion(f"This speaks tus {VERSION}.", hint=f"Send the header Tus-Resumable: {VERSION}.")


Name = Annotated[str, Path(max_length=64, examples=["0f8c2d6a5e7b41d3a9c04b1e2f3a4d5c"])]
Version = Annotated[str, Header(alias="Tus-Resumable", examples=[VERSION])]


@ROUTER.get(
    "/uploads", summary="What is not all there yet",
    responses={200: {"content": {"application/json": {"example": _EXAMPLE}}}, 423: _REFUSALS[423]},
)  # fmt: skip
def unfinished(owner: Owner) -> dict[str, Any]:
    """Every upload that lacks something, so that a client can go on without having kept anything itself."""
    parcels = uploads(owner.held.twin).parcels()
    return {"uploads": [_plain(one) for parcel in parcels for one in parcel.uploads if one.name and not one.whole]}


@ROUTER.options("/uploads", summary="What of tus is spoken", status_code=204, response_class=Response)
def about() -> Response:
    """The version, its extensions, and the kind of checksum."""
    return Response(status_code=204, headers=ABOUT)


@ROUTER.post(
    "/uploads", summary="Begin an upload", status_code=201, response_class=Response,
    responses=_REFUSALS | {201: {"description": "Begun; `Location` is where its pieces go."},
                           413: {"description": "There is no room for it on this machine."}},
)  # fmt: skip
def begin(
    request: Request,
    owner: Owner,
    length: Annotated[str, Header(alias="Upload-Length", max_length=20, examples=["48213004"])] = "",
    about: Annotated[str, Header(alias="Upload-Metadata", examples=["filename ZXhwb3J0LnppcA=="])] = "",
    version: Version = "",
) -> Response:
    """`Upload-Metadata` tells its `filename`, with its path within a folder, and, if known, when it was `lastmodified`.
    The files of one folder are looked at and kept together."""
    try:
        _speaks(version)
        if not (length.isascii() and length.isdigit()):
            raise UsageError("Upload-Length is missing, or no number of bytes.")
        told = metadata(about)
        made = uploads(owner.held.twin).begin(
            told.get("filename", ""), int(length), modified=told.get("lastmodified", "")
        )
    except SelftwinError as error:
        return _refused(error)
    at = f"{request.url.path.rstrip('/')}/{made.id}"
    return Response(status_code=201, headers=HEADERS | {"Location": at, "Upload-Offset": "0"})


@ROUTER.head("/uploads/{upload}", summary="How far an upload is", response_class=Response, responses=_ONE)
def stands(owner: Owner, upload: Name, version: Version = "") -> Response:
    """`Upload-Offset` is how many of its bytes are on the disk for good, sealed."""
    try:
        _speaks(version)
        found = uploads(owner.held.twin).one(upload)
    except SelftwinError as error:
        return _refused(error)
    return Response(headers=_where(found) | {"Cache-Control": "no-store"})


@ROUTER.patch(
    "/uploads/{upload}", summary="Send the next piece", status_code=204, response_class=Response,
    responses=_ONE | {204: {"description": "Kept; `Upload-Offset` says how far it is."},
                      409: {"description": "The piece does not begin where the last one ended."},
                      413: {"description": "More than 16 MiB at a time, or no room."},
                      415: {"description": "Another content type than application/offset+octet-stream."},
                      460: {"description": "The piece does not have the sum it came with."}},
    openapi_extra={"requestBody": {"required": True, "content": {PIECE: {"schema": {
        "type": "string", "format": "binary"}}}}},
)  # fmt: skip
async def piece(
    request: Request,
    owner: Owner,
    upload: Name,
    offset: Annotated[str, Header(alias="Upload-Offset", max_length=20, examples=["16777216"])] = "",
    checksum: Annotated[str, Header(alias="Upload-Checksum")] = "",
    version: Version = "",
) -> Response:
    """It is sealed in memory, then written whole or not at all; one that breaks off leaves nothing."""
    try:
        _speaks(version)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != PIECE:
            return saying.plain_error(415, "UsageError", f"A piece is sent as {PIECE}.")
        if not (offset.isascii() and offset.isdigit()):
            raise UsageError("Upload-Offset is missing, or no number of bytes.")
        body = await _body(request)
        if checksum and not agrees(checksum, body):
            return saying.plain_error(ODD_SUM, "UsageError", "The piece arrived damaged.", "Send it again.")
        here = await run_in_threadpool(uploads(owner.held.twin).append, upload, int(offset), body)
    except SelftwinError as error:
        return _refused(error)
    return Response(status_code=204, headers=HEADERS | {"Upload-Offset": str(here)})


@ROUTER.delete(
    "/uploads/{upload}", summary="Give an upload up", status_code=204, response_class=Response, responses=_ONE
)
def give_up(owner: Owner, upload: Name, version: Version = "") -> Response:
    """All that arrived of it is gone."""
    try:
        _speaks(version)
        uploads(owner.held.twin).one(upload)
        uploads(owner.held.twin).drop(upload)
    except SelftwinError as error:
        return _refused(error)
    return Response(status_code=204, headers=HEADERS)


async def _body(request: Request) -> bytes:
    """The piece, whole. Raises TooLarge, UsageError where its sender left."""
    found = bytearray()
    try:
        async for part in request.stream():
            found += part
            if len(found) > LARGEST_PIECE:
                raise TooLarge("A piece has at most 16 MiB.", hint="Send smaller ones.")
    except ClientDisconnect:
        raise UsageError("The piece broke off.") from None
    return bytes(found)


def _where(upload: Upload) -> dict[str, str]:
    return HEADERS | {"Upload-Offset": str(upload.reached), "Upload-Length": str(upload.size)}


def _plain(upload: Upload) -> dict[str, Any]:
    began = upload.began.isoformat()
    return {"id": upload.id, "name": upload.name, "size": upload.size, "offset": upload.reached, "began": began,
            "modified": upload.modified}  # fmt: skip


def _refused(error: SelftwinError) -> Response:
    """The refusal in the protocol's own statuses."""
    if isinstance(error, _OddVersion):
        code = ODD_VERSION
    else:
        code = next((code for kind, code in STATUS if isinstance(error, kind)), saying.status(error))
    answer = saying.plain_error(code, type(error).__name__.strip("_"), str(error), error.hint)
    answer.headers.update(ABOUT if code == ODD_VERSION else HEADERS)
    return answer
