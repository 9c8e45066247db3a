"""The way of a request for a page: who asks, what the page shows, what was done on it, and what else may come of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from selftwin.vocabulary.errors import Locked, NothingYet, NoVault, Refused, SelftwinError, UsageError
from selftwin.web import saying
from selftwin.web.answers import PATIENCE, Preparing
from selftwin.web.guesses import TooOften
from selftwin.web.page import Form, Page, Section, Visit
from selftwin.web.rendering import STATIC, render, texts
from selftwin.web.sessions import KEY_COOKIE, Session, Sessions, cookie

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from selftwin.web.page import Outcome

THEMES = ("auto", "light", "dark")
FIRST = "today"
PATIENT = 45.0  # seconds: what was typed into a form would be lost if the page only said that it is preparing
UNREADY = "I am still reading what this needs, so nothing was done."
BACK = "Nothing was kept. Go back: what you typed is still there."
SPENT = "That address was used before, or is not the one that was printed."


def add(app: FastAPI, pages: Sequence[Page]) -> None:
    """The routes of the frame and of every page."""
    app.add_api_route("/", _begin, include_in_schema=False)
    app.add_api_route("/enter", _enter, include_in_schema=False)
    app.add_api_route("/login", _login, include_in_schema=False)
    app.add_api_route("/login", _logged, methods=["POST"], include_in_schema=False)
    app.add_api_route("/lock", _lock, methods=["POST"], include_in_schema=False)
    app.add_api_route("/theme", _theme, methods=["POST"], include_in_schema=False)
    app.add_api_route("/offline.js", _offline, include_in_schema=False)
    app.add_api_route("/file/{name}", _file, include_in_schema=False)
    for page in pages:
        _add_page(app, page)


def _add_page(app: FastAPI, page: Page) -> None:
    for action in page.actions:
        act: Callable[[Request], Awaitable[Response]] = partial(_done, page=page, action=action)
        app.add_route(f"/{page.path}/{action}", act, methods=["POST"])
    show: Callable[[Request], Awaitable[Response]] = partial(_shown, page=page)
    app.add_route(f"/{page.path}", show, methods=["GET"])
    if page.deep:
        app.add_route(f"/{page.path}/{{part:path}}", show, methods=["GET"])


async def _shown(request: Request, *, page: Page) -> Response:
    """A page as it stands."""
    session = _who(request, page)
    if session is None:
        return _to_login(request)
    visit = _visit(request, session)
    return await run_in_threadpool(_page, request, page, visit)


async def _done(request: Request, *, page: Page, action: str) -> Response:
    """What was done on a page, and where that leads."""
    session = _who(request, page)
    if session is None:
        return _to_login(request)
    form = await _form(request)
    if not session.meant(form.get("csrf", "") or request.headers.get("x-csrf", "")):
        return failed(request, Refused("That form was not sent from a page of this session.", hint="Open it again."))
    visit = _visit(request, session, patience=PATIENT)
    try:
        outcome = await run_in_threadpool(_acted, page, action, visit, form)
    except Preparing:
        return failed(request, SelftwinError(UNREADY, hint="Go back and send it again in a minute."), code=503)
    if outcome.context is not None:
        code = 200 if outcome.fine else 400
        return await run_in_threadpool(_page, request, page, visit, outcome.context, code)
    return _led(request, session, outcome)


def _acted(page: Page, action: str, visit: Visit, form: Form) -> Outcome:
    return page.actions[action](visit, form)


def _led(request: Request, session: Session, outcome: Outcome) -> Response:
    """On to where an action leads."""
    sessions: Sessions = request.app.state.sessions
    answer = _redirect(request, outcome.to or FIRST)
    if outcome.ends:
        sessions.end(session)
        answer.delete_cookie(cookie(request.scope))
        return answer
    if outcome.begins:  # whoever else is in came by what no longer holds
        sessions.end_all(session.held)
        session = sessions.begin(session.held)
        _set(request, answer, cookie(request.scope), session.token)
    if outcome.say:
        session.says.append(outcome.say)
    return answer


def _page(
    request: Request, page: Page, visit: Visit, more: Mapping[str, Any] | None = None, code: int = 200
) -> Response:
    """A page rendered, or the state it is in instead. A form that was refused is never answered by either: whoever
    filled it in is told what is wrong with it, and goes back to it."""
    try:
        return _html(request, page.file, visit, page, {**page.show(visit), **(more or {})}, code)
    except (Preparing, NothingYet) as state:
        if more is not None and code != 200:
            return failed(request, SelftwinError(_wrong(more), hint=BACK), code=503)
        if isinstance(state, NothingYet):
            return _html(request, "error.html", visit, page, _said(state, "empty"), 200)
        return _html(request, "preparing.html", visit, page, {"word": state.word}, 200)
    except Locked:
        return _to_login(request)
    except SelftwinError as error:
        return _html(request, "error.html", visit, page, _said(error, _state(error)), saying.status(error))


def _wrong(more: Mapping[str, Any]) -> str:
    """What was wrong with a form, in words."""
    wrong = more.get("wrong")
    said = "; ".join(str(one) for one in wrong.values()) if isinstance(wrong, Mapping) else str(wrong or "")
    return said or UNREADY


def _html(
    request: Request, template: str, visit: Visit | None, page: Page | None, context: Mapping[str, Any], code: int
) -> Response:
    lang = visit.lang if visit else "en"
    waits = visit is None or template == "preparing.html"  # what was said waits for the page itself
    flash = [] if waits or visit is None else [visit.session.says.popleft() for _ in range(len(visit.session.says))]
    nav = [] if visit is None or visit.twin_less else _contents(request, page, visit)
    frame = {"visit": visit, "page": page, "theme": _themed(request), "flash": flash, "nav": nav}
    return HTMLResponse(render(template, frame | dict(context), path=request.url.path, lang=lang), code)


def _contents(request: Request, current: Page | None, visit: Visit) -> list[dict[str, Any]]:
    """The table of contents: sections with their pages, in order, each with what waits there."""
    pages: Mapping[str, Page] = request.app.state.pages
    t = texts(visit.lang)
    sections = []
    for section in Section:
        some = sorted((page for page in pages.values() if page.section is section), key=lambda page: page.order)
        if section is not Section.NONE and some:
            entries = [
                {"name": page.name, "path": page.path, "label": t(f"{page.name}.nav"), "tab": page.tab,
                 "current": current is page, "count": _waiting(page, visit)}
                for page in some
            ]  # fmt: skip
            sections.append({"name": section.value, "label": t(f"frame.section.{section.value}"), "entries": entries})
    return sections


def _waiting(page: Page, visit: Visit) -> str:
    """What waits on a page, in a few words; nothing while that is being found out."""
    try:
        return page.count(visit) if page.count else ""
    except Preparing:
        return ""


def failed(request: Request, error: SelftwinError, *, code: int | None = None) -> Response:
    """A page that says what went wrong, what is safe, and what to do next."""
    if isinstance(error, Locked):
        return _to_login(request)
    session = _session(request)
    visit = _visit(request, session) if session else None
    return _html(request, "error.html", visit, None, _said(error, _state(error)), code or saying.status(error))


def _said(error: SelftwinError, state: str) -> dict[str, Any]:
    return {"state": state, "kind": type(error).__name__, "message": str(error), "hint": error.hint}


def _state(error: SelftwinError) -> str:
    return "refused" if isinstance(error, Refused) else "empty" if isinstance(error, NothingYet) else "error"


# Coming in and leaving


async def _begin(request: Request) -> Response:
    house = request.app.state.house
    return _redirect(request, FIRST if any(held.exists for held in house.every) else "welcome")


async def _enter(request: Request, key: str = "") -> Response:
    """Whoever comes with the key that `serve` printed: at once to the twin where it is open, else a visitor."""
    sessions: Sessions = request.app.state.sessions
    visitor = sessions.redeem(key)
    if visitor is None:
        return failed(request, Refused(SPENT, hint="Run `selftwin serve` again for another."))
    if visitor.held.open:
        answer = _redirect(request, FIRST)
        _set(request, answer, cookie(request.scope), sessions.begin(visitor.held).token)
        return answer
    answer = _redirect(request, "login" if visitor.held.exists else "welcome")
    _set(request, answer, cookie(request.scope, KEY_COOKIE), visitor.token)
    return answer


async def _login(request: Request, to: str = "") -> Response:
    return _door(request, to, "")


def _door(request: Request, to: str, why: str, code: int = 200) -> Response:
    house = request.app.state.house
    if not any(held.exists for held in house.every):
        return _redirect(request, "welcome")
    return _html(request, "login.html", None, None, {"to": _inside(to), "why": why}, code)


async def _logged(request: Request) -> Response:
    """The passphrase, weighed."""
    form = await _form(request)
    sessions: Sessions = request.app.state.sessions
    try:
        session = await run_in_threadpool(sessions.enter, form.get("passphrase", ""))
    except NoVault:
        return _redirect(request, "welcome")
    except SelftwinError as error:
        code = 429 if isinstance(error, TooOften) else saying.status(error)
        return _door(request, form.get("to", ""), f"{error} {error.hint}".strip(), code)
    answer = _redirect(request, _inside(form.get("to", "")) or FIRST)
    _set(request, answer, cookie(request.scope), session.token)
    return answer


async def _lock(request: Request) -> Response:
    """Lock the twin now, for everybody."""
    session = _session(request)
    form = await _form(request)
    if session is None or not session.meant(form.get("csrf", "")):
        return _redirect(request, FIRST)
    await run_in_threadpool(session.held.lock)
    request.app.state.sessions.end_all(session.held)
    answer = _redirect(request, "login")
    answer.delete_cookie(cookie(request.scope))
    return answer


async def _theme(request: Request) -> Response:
    """Remember the theme; it is no secret and no datum."""
    form = await _form(request)
    answer = _redirect(request, _inside(form.get("to", "")) or FIRST)
    wanted = form.get("theme", "auto")
    answer.set_cookie("theme", wanted if wanted in THEMES else "auto", max_age=31536000, samesite="strict")
    return answer


async def _offline() -> Response:
    """The worker that shows an empty shell without the server; it must lie at the root to answer for every page."""
    return FileResponse(STATIC / "offline.js", media_type="text/javascript", headers={"cache-control": "no-cache"})


async def _file(request: Request, name: str) -> Response:
    """A file that was just made for this session, such as a capsule: fetched once, never stored here."""
    session = _session(request)
    if session is None:
        return _to_login(request)
    content = session.files.pop(name, None)
    if content is None:
        return failed(request, saying.NotFound("That file was fetched before, or was never made."))
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="application/octet-stream", headers=headers)


# Who asks, and what for


def _session(request: Request) -> Session | None:
    sessions: Sessions = request.app.state.sessions
    return sessions.find(request.cookies.get(cookie(request.scope)))


def _who(request: Request, page: Page) -> Session | None:
    """The session that may see a page: one over an open twin, or for a public page a visitor's."""
    found = _session(request)
    if found is None and page.public:
        found = request.app.state.sessions.visitor(request.cookies.get(cookie(request.scope, KEY_COOKIE)))
        if found is None and not any(held.exists for held in request.app.state.house.every):
            raise Refused("There is no twin here yet.", hint="Open the address that `selftwin serve` printed.")
    return found


def _visit(request: Request, session: Session, *, patience: float = PATIENCE) -> Visit:
    session.held.stay()
    return Visit(
        path=request.url.path.strip("/"),
        part=str(request.path_params.get("part", "")),
        query=dict(request.query_params),
        session=session,
        theme=_themed(request),
        patience=patience,
    )


def _themed(request: Request) -> str:
    theme = request.cookies.get("theme", "auto")
    return theme if theme in THEMES else "auto"


async def _form(request: Request) -> Form:
    """The fields of a form. A body that is none has none. Raises UsageError where there are too many."""
    kind = request.headers.get("content-type", "").partition(";")[0]
    if kind != "application/x-www-form-urlencoded":
        return Form([])
    body = (await request.body()).decode("utf-8", "replace")
    try:
        return Form(parse_qsl(body, keep_blank_values=True, max_num_fields=1000))
    except ValueError:
        raise UsageError("That form has more fields than any of ours.", hint="") from None


def _to_login(request: Request) -> Response:
    at = request.url.path.strip("/") if request.method == "GET" else ""
    return _redirect(request, f"login?to={quote(at)}" if at else "login")


def _redirect(request: Request, to: str) -> RedirectResponse:
    """On to a path of this server, told relative, so that a prefix before it does no harm."""
    up = "../" * request.url.path.lstrip("/").count("/")
    return RedirectResponse(f"{up}{to}" or "./", 303)


def _inside(to: str) -> str:
    """A path of this server, empty where it could lead elsewhere."""
    outside = not to or to.startswith("/") or ":" in to or "\\" in to or ".." in to or not to.isprintable()
    return "" if outside else to


def _set(request: Request, answer: Response, name: str, value: str) -> None:
    answer.set_cookie(name, value, httponly=True, samesite="strict", secure=request.url.scheme == "https")
