"""The twin joins vault, gate, sources and beliefs; every read of it goes through a view and into the record."""

from __future__ import annotations

import ast
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

import selftwin
from selftwin.consent.grant import MODELS, OWNER
from selftwin.twin import Twin
from selftwin.vocabulary.errors import NothingYet, NoVault, UsageError, VaultInUse, WrongPassphrase

if TYPE_CHECKING:
    from collections.abc import Callable

TREE = Path(selftwin.__file__).parent
READERS = {"series", "days", "nights", "resolve", "stage", "merge", "connection"}  # where rows are read: the view's own
NAMES_OF_SIGNALS = {"days.signals_with_days", "series.counts", "days.STAGES", "days.derived"}  # no rows
READS = {
    "series": lambda twin: twin.series("weight"),
    "days": lambda twin: twin.days("weight"),
    "latest": lambda twin: twin.latest(),
    "held": lambda twin: twin.held(),
    "normal": lambda twin: twin.normal("weight"),
    "forecast": lambda twin: twin.forecast("weight"),
    "overview": lambda twin: twin.overview(),
    "estimates": lambda twin: twin.estimates(),
    "learn": lambda twin: twin.learn(),
}
KNOWN = {"height": 1.8, "age": 40.0, "sex": "male"}
READS_OF_MANY = {  # each asks for the signals its models read, and for its own word of each
    "body": lambda twin: twin.body("weight", at=date(2024, 5, 6), given=KNOWN),
    "imagine": lambda twin: twin.imagine("energy.intake -300 kcal/d for 30 d", signal="weight", given=KNOWN),
    "risk": lambda twin: twin.risk("prevent", given=KNOWN),
    "low_alert": lambda twin: twin.low_alert(),
    "effects": lambda twin: twin.effects("weight"),
    "why": lambda twin: twin.why("weight"),
    "changes": lambda twin: twin.changes("weight"),
}
OTHERS = {
    "create", "open", "recover", "issue_capsule", "change_passphrase", "close", "secret_lies",  # the vault's doors
    "lock", "unlock", "backups", "certificates", "erase", "would_erase",  # and its keys, copies and end
    "stay", "rights", "shares", "tokens", "summary", "worth", "audit", "goals", "watch",  # nouns with their own tests
    "experiment",
    "import_paths", "take_in", "observe", "undo", "zones",  # these write
    "batches", "view",  # the journal, and the view that records
    "changed", "taken", "busy", "locked", "when_locked", "prove",  # whose turn it is; no use of the twin
}  # fmt: skip


@pytest.fixture(scope="module")
def known(made: Callable[[], Twin]) -> Twin:
    twin = made()
    for day in range(1, 7):
        twin.observe("weight", 80.0 + day, at=datetime(2024, 5, day, 7))
    twin.learn()
    return twin


def test_every_public_word_of_the_twin_is_a_read_that_is_recorded_or_known_to_be_none() -> None:
    words = {name for name in vars(Twin) if not name.startswith("_")}
    assert words == set(READS) | set(READS_OF_MANY) | OTHERS


@pytest.mark.parametrize("name", READS)
def test_every_read_adds_to_the_record(known: Twin, name: str) -> None:
    before = sum(1 for _ in known.audit.entries())
    READS[name](known)
    entries = list(known.audit.entries())[before:]
    assert entries
    assert {entry.signal.partition("/")[0] for entry in entries} == {"weight"}
    assert {entry.party for entry in entries} <= {OWNER, MODELS}
    assert all(entry.allowed and entry.grant for entry in entries)


@pytest.mark.parametrize("name", READS_OF_MANY)
def test_every_model_reads_through_the_gate_and_the_owner_is_asked_for_what_comes_of_it(
    known: Twin, name: str
) -> None:
    before = sum(1 for _ in known.audit.entries())
    with suppress(NothingYet):
        READS_OF_MANY[name](known)
    entries = list(known.audit.entries())[before:]
    assert {entry.party for entry in entries} == {OWNER, MODELS}
    assert all(entry.allowed and entry.grant for entry in entries)
    assert {entry.signal.partition("/")[2] for entry in entries if entry.party == OWNER} == {name}


def imports(path: Path) -> set[str]:
    """Full names of what a file imports, also where only types are."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def test_nothing_above_the_gate_knows_the_vault_and_the_twin_only_opens_and_fills_it() -> None:
    knowing = {path: names for path in TREE.rglob("*.py") if (names := vault_names(path))}
    outside = {path.relative_to(TREE).parts[0] for path in knowing} - {"vault"}
    assert outside == {"consent", "twin"}
    assert asked_of_readers() <= NAMES_OF_SIGNALS


def asked_of_readers() -> set[str]:
    """What the twin's files ask of the vault's modules that read rows, as `module.word`."""
    asked = set()
    for path in (TREE / "twin").glob("*.py"):
        known = {name.partition(".")[0] for name in vault_names(path)} & READERS
        asked |= {name for name in vault_names(path) if name.partition(".")[0] in READERS and "." in name}
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in known:
                asked.add(f"{node.value.id}.{node.attr}")
    return asked


def vault_names(path: Path) -> set[str]:
    return {name.removeprefix("selftwin.vault.") for name in imports(path) if name.startswith("selftwin.vault")}


def test_the_twin_itself_never_asks_the_database() -> None:
    asked = [
        f"{path.name}:{node.lineno}"
        for path in (TREE / "twin").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in {"connection", "execute"}
    ]
    assert asked == []


def test_results_are_frames_for_any_tool_and_show_themselves(known: Twin) -> None:
    results = (
        known.series("weight"), known.days("weight"), known.latest(), known.estimates(),
        known.normal("weight"), known.forecast("weight"),
    )  # fmt: skip
    for result in results:
        assert pa.table(result).num_rows > 0
        assert "<table" in result._repr_html_()


def test_spans_are_asked_in_local_days(known: Twin) -> None:
    assert known.days("weight", since=date(2024, 5, 2), until=date(2024, 5, 3)).height == 2
    assert known.series("weight", since=date(2024, 5, 6)).height == 1


def test_a_corrected_journey_is_followed_by_every_read(made: Callable[[], Twin]) -> None:
    twin = made()
    twin.observe("steps", 100, at=datetime(2024, 5, 1, 20, tzinfo=UTC))
    assert twin.days("steps")["day"].to_list() == [date(2024, 5, 1)]
    twin.zones = twin.zones.with_journey(
        datetime(2024, 5, 1, tzinfo=UTC), datetime(2024, 5, 3, tzinfo=UTC), "Asia/Tokyo"
    )
    assert twin.days("steps")["day"].to_list() == [date(2024, 5, 2)]
    assert twin.series("steps")["local"].to_list() == [datetime(2024, 5, 2, 5)]


def test_a_twin_opens_by_its_passphrase_alone_and_once_at_a_time(home: Path) -> None:
    place = home / "mine"
    with Twin.create(place, "one", home_zone="Asia/Tokyo") as twin:
        twin.observe("weight", 80.0)
        with pytest.raises(VaultInUse):
            Twin.open(place, "one")
        code = twin.issue_capsule(home / "capsule")
        twin.change_passphrase("one", "two")
    with pytest.raises(WrongPassphrase):
        Twin.open(place, "one")
    with Twin.open(place, "two") as twin:
        assert twin.zones.home == "Asia/Tokyo"
    with Twin.recover(place, home / "capsule", code, "three") as twin:
        assert twin.series("weight").height == 1
    Twin.open(place, "three").close()


def test_a_twin_is_made_in_an_empty_place_with_a_zone_that_exists(home: Path) -> None:
    with pytest.raises(UsageError, match="no time zone"):
        Twin.create(home / "new", "pass", home_zone="Mars/Olympus")
    assert not (home / "new").exists()
    (home / "full").mkdir()
    (home / "full" / "letter.txt").write_text("dear")
    with pytest.raises(UsageError):
        Twin.create(home / "full", "pass")
    with pytest.raises(NoVault):
        Twin.open(home / "full", "pass")
