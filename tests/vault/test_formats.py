from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from selftwin.vault import formats
from selftwin.vault.files import Files
from selftwin.vault.formats import FORMAT, MIGRATIONS, Migration
from selftwin.vocabulary.errors import NoVault, SealBroken, VaultError

if TYPE_CHECKING:
    from pathlib import Path


def test_a_format_reads_back(tmp_path: Path) -> None:
    formats.write(tmp_path)
    assert formats.read(tmp_path) == FORMAT


@pytest.mark.parametrize("content", [b"", b"0\n", b"1", b"01\n", b"-1\n", b"one\n", b"\xff", b"1\n\n"])
def test_what_is_no_format_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "format").write_bytes(content)
    with pytest.raises(SealBroken):
        formats.read(tmp_path)


def test_a_newer_format_and_no_vault_at_all_say_so(tmp_path: Path) -> None:
    with pytest.raises(NoVault):
        formats.read(tmp_path)
    (tmp_path / "format").write_text(f"{FORMAT + 1}\n")
    with pytest.raises(VaultError, match=f"{FORMAT + 1}"):
        formats.read(tmp_path)
    with pytest.raises(NoVault):
        formats.read(tmp_path / "format")


def test_migrations_run_in_order_from_the_format_that_was_found(tmp_path: Path) -> None:
    ran: list[int] = []
    steps = tuple(Migration(start, lambda files, start=start: ran.append(start)) for start in (3, 1, 2))
    with Files.create(tmp_path / "vault", "pw") as files:
        formats.migrate(files, 2, steps)
    assert ran == [2, 3]


def test_every_older_format_has_its_migration() -> None:
    assert [step.start for step in MIGRATIONS] == list(range(1, FORMAT))
