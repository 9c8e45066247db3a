"""The API describes itself truly: each operation has words, examples and refusals, and keeps to them when it is asked a
hundred odd things, sound and unsound, without ever failing. `make deep` asks each a thousand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture.engine import ConjectureRunner
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from selftwin.web.app import API, create
from selftwin.web.house import House

from .conftest import WORDS, Lived, Served, serving, surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemathesis import APIOperation, Case

CASES, MANY = 100, 1_000
DESCRIPTION: dict[str, Any] = create(House([Path("nowhere")]))[1].openapi()
SCHEMA = schemathesis.openapi.from_dict(DESCRIPTION)
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]
METHODS = {"get", "post", "put", "patch", "delete", "head"}
UNSAYABLE = [positive_data_acceptance]  # a day that is none, a signal that nobody knows: no schema can tell
STREAMS = {"text/event-stream"}


@schemathesis.serializer("application/offset+octet-stream")
def piece(_: object, value: object) -> bytes:
    """A piece of an upload as the bytes it is."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def routes() -> list[tuple[str, str, dict[str, Any]]]:
    """Every operation: its path, its method, and what is told of it."""
    return [
        (path, method, told)
        for path, ways in DESCRIPTION["paths"].items()
        for method, told in ways.items()
        if method in METHODS
    ]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over a twin of one month that may be changed by whatever is asked."""
    import subprocess
    import sys

    home = tmp_path_factory.mktemp("small")
    days = [f"2026-01-{day:02}" for day in range(1, 31)]
    rows = [f"p,resting_hr,{day},{50 + n % 4}\np,steps,{day},{7000 + 10 * n}" for n, day in enumerate(days)]
    (home / "days.csv").write_text("person,signal,date,value\n" + "\n".join(rows) + "\n")
    code = (
        "import sys\nfrom pathlib import Path\nfrom selftwin.twin import Twin\nhome = Path(sys.argv[1])\n"
        f"with Twin.create(home / 'twin', {WORDS!r}, home_zone='Europe/Vienna') as twin:\n"
        "    twin.import_paths([home / 'days.csv'])\n"
    )
    subprocess.run([sys.executable, "-c", code, str(home)], env=surroundings(home), check=True, timeout=60)
    mine = Lived(home)
    with serving(mine.home, mine.twin, "--idle", "0", passphrase=WORDS) as served:
        yield served


@pytest.fixture(scope="module")
def session(small: Served) -> Iterator[requests.Session]:
    """The owner's session, with its token on every request."""
    with requests.Session() as made, small.client() as client:
        made.headers["x-csrf"] = small.csrf(client)
        made.cookies.update(dict(client.cookies))
        yield made


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
def test_an_operation_keeps_its_word(
    small: Served, session: requests.Session, operation: APIOperation, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Things with two parts alike are looked for in the long suite: it takes as long again as everything else here.
    monkeypatch.setattr(ConjectureRunner, "generate_mutations_from", lambda *_: None)
    ask(small, session, operation, CASES)


@pytest.mark.deep
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
def test_an_operation_keeps_its_word_a_thousand_times(
    small: Served, session: requests.Session, operation: APIOperation
) -> None:
    ask(small, session, operation, MANY)


def ask(small: Served, session: requests.Session, operation: APIOperation, cases: int) -> None:
    """Ask an operation so many things, and hold each answer against its description."""
    asked: list[int] = []
    kinds = [operation.as_strategy(generation_mode=mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)]

    @seed(6)
    @settings(
        max_examples=cases,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.normal,
    )
    @given(case=st.one_of(kinds))
    def run(case: Case) -> None:
        answer = case.call(base_url=small.root, session=session, timeout=30, stream=False)
        asked.append(answer.status_code)
        case.validate_response(answer, excluded_checks=UNSAYABLE)

    run()
    assert len(asked) >= cases or len(set(asked)) == 1, f"{len(asked)} cases alone: {operation.label}"
    assert session.get(f"{small.root}{API}/signals", timeout=30).status_code == 200, "the server lives no more"


def test_every_operation_has_words_an_example_and_its_refusals() -> None:
    bare = []
    for path, method, told in routes():
        fine = next((answer for code, answer in told["responses"].items() if code.startswith("2")), None)
        shown = fine is not None and (
            not fine.get("content")
            or any("example" in how or "schema" in how or kind in STREAMS for kind, how in fine["content"].items())
        )
        if not (told.get("summary") and told.get("description") and shown and "423" in told["responses"]):
            bare.append(f"{method} {path}")
    assert not bare


def test_the_description_names_no_server_and_every_operation_lies_below_one_version() -> None:
    assert "servers" not in DESCRIPTION
    assert {path.startswith(f"{API}/") for path in DESCRIPTION["paths"]} == {True}
    names = [told["operationId"] for _, _, told in routes()]
    assert len(set(names)) == len(names)


def test_nobody_is_answered_without_a_session_or_a_token(small: Served) -> None:
    for path, method, _ in routes():
        answer = requests.request(method, f"{small.root}{path.replace('{', '').replace('}', '')}", timeout=30)
        assert answer.status_code in {403, 423}, f"{method} {path}: {answer.status_code}"


def test_a_change_without_the_sessions_token_is_refused(small: Served, session: requests.Session) -> None:
    for path, method, _ in routes():
        if method in {"get", "head"}:
            continue
        bare = {"x-csrf": ""}
        url = f"{small.root}{path.replace('{', '').replace('}', '')}"
        answer = session.request(method, url, headers=bare, json={}, timeout=30)
        assert answer.status_code in {403, 413, 422}, f"{method} {path}: {answer.status_code}"
        assert answer.status_code == 403 or method == "patch"
