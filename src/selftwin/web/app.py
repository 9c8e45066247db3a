"""The app: pages and routes found by looking at their folders, behind one guard."""

from __future__ import annotations

import asyncio
import threading
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from selftwin import discover
from selftwin.vocabulary.errors import SelftwinError
from selftwin.web import frame, saying
from selftwin.web.answers import Preparing
from selftwin.web.caller import Patience
from selftwin.web.guard import Guard
from selftwin.web.keeping import Keeper
from selftwin.web.rendering import STATIC
from selftwin.web.sessions import Sessions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from fastapi import APIRouter, Response

    from selftwin.web.house import House
    from selftwin.web.page import Page

API = "/api/v1"
_LOOKS = 1.0  # seconds between two looks after the twins
_KEPT_FOR = "public, max-age=31536000, immutable"


class Built(StaticFiles):
    """Files whose names tell their content, kept by the browser for a year."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """The file."""
        answer = super().file_response(*args, **kwargs)
        answer.headers["cache-control"] = _KEPT_FOR
        return answer


def create(house: House, *, names: Iterable[str] = ()) -> tuple[Guard, FastAPI]:
    """The guarded app, and the app within; `names` are further host names that this server goes by."""
    from importlib.metadata import version

    app = FastAPI(
        title="Selftwin",
        version=version("selftwin"),
        description="One private digital twin, over HTTP: what its owner may ask, and what parties were granted.",
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{API}/openapi.json",
        lifespan=_living,
    )
    app.state.house, app.state.sessions, app.state.patience = house, Sessions(house), Patience()
    pages: list[Page] = discover.pages()
    app.state.pages = {page.name: page for page in pages}
    routers: list[APIRouter] = discover.routes()
    for route in routers:
        app.include_router(route, prefix=API)
    app.mount("/static", Built(directory=STATIC, check_dir=False), name="static")
    frame.add(app, pages)
    _add_errors(app)
    return Guard(app, names=names), app


def _add_errors(app: FastAPI) -> None:
    @app.exception_handler(SelftwinError)
    def of_the_house(request: Request, error: SelftwinError) -> Response:
        return saying.told(error) if _api(request) else frame.failed(request, error)

    @app.exception_handler(Preparing)
    def preparing(_: Request, waiting: Preparing) -> Response:
        answer = saying.answer({"state": "preparing", "word": waiting.word}, 202)
        answer.headers["retry-after"] = "1"
        return answer

    @app.exception_handler(RequestValidationError)
    def off(_: Request, error: RequestValidationError) -> Response:
        where = sorted({".".join(str(part) for part in one["loc"]) for one in error.errors()})
        return saying.plain_error(422, "UsageError", f"Something of the request is off: {', '.join(where)}.")

    @app.exception_handler(HTTPException)
    def of_http(request: Request, error: HTTPException) -> Response:
        words = {404: "There is nothing at this address.", 405: "That cannot be done at this address."}
        said = words.get(error.status_code, str(error.detail))
        if error.status_code == 404:
            return of_the_house(request, saying.NotFound(said))
        if _api(request):
            answer = saying.plain_error(error.status_code, "UsageError", said)
        else:
            answer = frame.failed(request, SelftwinError(said, hint=""), code=error.status_code)
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(Exception)
    def unforeseen(request: Request, error: Exception) -> Response:
        said = SelftwinError(f"I could not finish this ({type(error).__name__}).", hint="Your data are untouched.")
        return saying.told(said) if _api(request) else frame.failed(request, said)


def _api(request: Request) -> bool:
    return request.url.path.startswith(API)


@asynccontextmanager
async def _living(app: FastAPI) -> AsyncIterator[None]:
    """While the server lives, its twins are looked after; at its end they are sealed."""
    keeper = Keeper(app.state.house, app.state.sessions)
    watch = asyncio.create_task(_keep(keeper))
    threading.Thread(target=_warm, args=(app.state.house,), daemon=True, name="selftwin-warm").start()
    try:
        yield
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch
        await asyncio.to_thread(app.state.house.close)


def _warm(house: House) -> None:
    """Begin the process in which the first heavy question is answered, before anybody asks it."""
    with suppress(SelftwinError):  # the server ends already
        house.first.workers.warm()


async def _keep(keeper: Keeper) -> None:
    while True:
        await asyncio.sleep(_LOOKS)
        with suppress(SelftwinError, OSError):  # locked between two looks, or no descriptor is free
            await asyncio.to_thread(keeper.tick)
