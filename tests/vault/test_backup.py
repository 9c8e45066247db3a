"""A backup holds the whole vault but its keys; a place that changes, swaps, withholds or turns back is found out."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import pyrage
import pytest

from selftwin.vault import backup, backup_note, backup_restore, capsule
from selftwin.vault.backup import save
from selftwin.vault.backup_manifest import CHUNK, HEAD, BackupKeys, numbers, parts
from selftwin.vault.files import Files
from selftwin.vault.places import Folder
from selftwin.vault.store import Store
from selftwin.vocabulary.errors import NoVault, OlderVault, SealBroken, SelftwinError, VaultError

from .exports import Row, take

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MORNING = datetime(2024, 5, 1, 8)
CANARY = "glucose-canary-7781"


def rows(first: int, count: int) -> list[Row]:
    return [
        Row("heart_rate", MORNING + timedelta(minutes=first + k), 60.0 + k % 50, source=f"test:{CANARY}")
        for k in range(count)
    ]


class World(NamedTuple):
    """A vault with some rows, its capsule, and a place."""

    store: Store
    place: Folder
    capsule: Path
    code: str

    @property
    def keys(self) -> BackupKeys:
        return BackupKeys.within(capsule.opened(self.capsule, self.code).unlocked())

    @property
    def root(self) -> Path:
        return self.place._root / self.keys.folder

    def chunks(self) -> list[Path]:
        """Pieces of the newest backup, the largest last."""
        newest = backup.holding(self.place, self.keys).manifests[-1]
        paths = (self.place._root / self.keys.chunk_at(name) for name in newest.chunks)
        return sorted(paths, key=lambda path: path.stat().st_size)

    def manifest(self, number: int) -> Path:
        return self.root / f"manifest-{number:08d}.age"

    def check(self, **how: object) -> backup_restore.Found:
        found = backup_restore.chosen(self.place, self.keys, **how)
        backup_restore.verify(self.place, self.keys, found.manifest, lambda *_: None)
        return found


def saved(store: Store) -> None:
    beside = store.files.place.parent
    take(store, rows(0, 500))
    (beside / "code").write_text(store.files.issue_capsule(beside / "capsule"))
    save(store, Folder(beside / "place"))


@pytest.fixture
def world(opened: Callable[[Callable[[Store], None]], Store], tmp_path: Path) -> World:
    store = opened(saved)
    return World(store, Folder(tmp_path / "place"), tmp_path / "capsule", (tmp_path / "code").read_text())


def forget_notes(home: Path) -> None:
    """As on a machine that never saw the vault."""
    shutil.rmtree(home / ".local", ignore_errors=True)


def test_a_backup_is_found_whole_by_capsule_and_code(world: World) -> None:
    found = world.check()
    assert (found.manifest.number, found.known) == (1, True)
    assert {file.name for file in found.manifest.files} == {
        "format", "seals", "record", "journal.duckdb", "physiological.duckdb"
    }  # fmt: skip


def test_the_key_file_is_never_in_a_backup(world: World) -> None:
    keys = (world.store.files.place / "slots.json").read_bytes()
    assert all(file.name != "slots.json" for file in world.check().manifest.files)
    age = world.keys.cipher()
    plain = b"".join(age.opened(path.read_bytes()) for path in world.chunks())
    assert keys[:64] not in plain


def test_what_comes_back_is_the_vault_bit_for_bit(world: World, tmp_path: Path) -> None:
    manifest = world.check().manifest
    with world.store.still() as folder:
        names = ("physiological.duckdb", "journal.duckdb", "record")
        kept = {name: (folder / name).read_bytes() for name in names}
        backup_restore.bring_back(world.place, world.keys, manifest, tmp_path / "back", lambda *_: None)
    assert {name: (tmp_path / "back" / name).read_bytes() for name in names} == kept
    assert not (tmp_path / "back" / "slots.json").exists()


def test_a_vault_comes_back_on_a_machine_that_never_saw_it(world: World, tmp_path: Path, home: Path) -> None:
    manifest = world.check().manifest
    world.store.close()
    shutil.rmtree(world.store.files.place)
    forget_notes(home)
    assert not world.check().known
    backup_restore.bring_back(world.place, world.keys, manifest, tmp_path / "back", lambda *_: None)
    with Store(Files.recover(tmp_path / "back", world.capsule, world.code, "new")) as back:
        assert back.has("physiological")
        assert back.connection.execute("SELECT count(*) FROM physiological.observation").fetchone() == (500,)


def test_every_piece_at_the_place_is_an_age_file_that_tells_nothing(world: World) -> None:
    pieces = [path for path in world.place._root.rglob("*") if path.is_file()]
    assert len(pieces) > 3
    for path in pieces:
        content = path.read_bytes()
        assert content.startswith(b"age-encryption.org/v1\n")
        assert CANARY.encode() not in content
        assert b"physiological" not in content
        with pytest.raises(pyrage.DecryptError):
            pyrage.decrypt(content, [pyrage.x25519.Identity.generate()])


@pytest.mark.skipif(not shutil.which("age"), reason="the program age is not installed")
def test_any_age_program_opens_a_piece_with_the_vaults_key(world: World, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(str(world.keys.cipher()._identity))
    told = ["age", "-d", "-i", tmp_path / "key", world.manifest(1)]
    done = subprocess.run(told, capture_output=True, check=True)
    assert b'"number":1' in done.stdout


def test_names_of_pieces_are_keyed_so_that_nobody_can_guess_what_they_hold(world: World, tmp_path: Path) -> None:
    manifest = world.check().manifest
    with Store(Files.create(tmp_path / "other", "pass")) as other:
        theirs = BackupKeys.of(other.files)
    assert theirs.cipher().name(b"the same") != world.keys.cipher().name(b"the same")
    assert theirs.folder[:16] != world.keys.folder[:16]
    assert manifest.chunks == {path.stem for path in world.root.glob("chunks/*/*.age")}


# What it costs


def test_a_second_backup_writes_only_what_is_new(world: World) -> None:
    again = save(world.store, world.place)
    assert again.manifest.number == 2
    assert again.written < 0.5 * again.manifest.size
    take(world.store, rows(1000, 20))
    third = save(world.store, world.place)
    assert third.new < sum(len(file.chunks) for file in third.manifest.files)
    assert third.manifest.previous == again.manifest.hash


def test_a_place_keeps_the_newest_backups_and_no_piece_that_none_of_them_names(world: World) -> None:
    for turn in range(3):
        take(world.store, rows(1000 * turn + 1000, 50))
        last = save(world.store, world.place, kept=2)
    assert numbers(world.place.names(world.keys.folder)) == [3, 4]
    assert last.dropped > 0
    named = frozenset().union(*(one.chunks for one in backup.holding(world.place, world.keys).manifests))
    assert {path.stem for path in world.root.glob("chunks/*/*.age")} == named
    world.check()


def test_a_backup_cut_short_leaves_the_one_before_and_is_taken_up_again(world: World) -> None:
    take(world.store, rows(1000, 5000))

    class Breaking(Folder):
        """Its stick is pulled after two pieces."""

        left = 2

        def put(self, name: str, content: bytes) -> None:
            if not self.left:
                raise VaultError("The place is gone.")
            self.left -= 1
            super().put(name, content)
            self.settle()

    with pytest.raises(VaultError, match="gone"):
        save(world.store, Breaking(world.place._root))
    assert world.check().manifest.number == 1
    left = set(world.root.glob("chunks/*/*.age"))
    after = save(world.store, world.place)
    assert after.manifest.number == 2
    assert {path.stem for path in left} & after.manifest.chunks
    world.check()


def test_a_spoilt_vault_is_not_copied_over_a_good_backup(world: World) -> None:
    place = world.store.files.place
    world.store.close()
    spoil(place / "physiological.duckdb")
    with Store(Files.open(place, "pass")) as store, pytest.raises(SealBroken):
        save(store, world.place)
    assert world.check().manifest.number == 1


@pytest.mark.parametrize(("size", "lengths"), [
    (0, []), (5, [5]), (HEAD, [HEAD]), (HEAD + 1, [HEAD, 1]), (HEAD + CHUNK + 7, [HEAD, CHUNK, 7]),
])  # fmt: skip
def test_a_file_is_cut_at_its_blocks(size: int, lengths: list[int]) -> None:
    assert list(parts(size, head=HEAD, chunk=CHUNK)) == lengths


# What a place may do


def spoil(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def spoil_chunk(world: World) -> None:
    spoil(world.chunks()[-1])


def lose_chunk(world: World) -> None:
    world.chunks()[-1].unlink()


def swap_chunks(world: World) -> None:
    one, other = world.chunks()[-2:]
    first = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(first)


def empty_chunk(world: World) -> None:
    world.chunks()[-1].write_bytes(b"")


def lengthen_chunk(world: World) -> None:
    path = world.chunks()[-1]
    path.write_bytes(path.read_bytes() + bytes(100_000))


def cut_chunk(world: World) -> None:
    path = world.chunks()[-1]
    path.write_bytes(path.read_bytes()[:-1])


def forge_chunk(world: World) -> None:
    """The recipient is public to whoever has seen the key: a piece can be sealed, and not named."""
    recipient = world.keys.cipher()._identity.to_public()
    world.chunks()[-1].write_bytes(pyrage.encrypt(bytes(CHUNK), [recipient]))


def spoil_manifest(world: World) -> None:
    spoil(world.manifest(2))


def forge_manifest(world: World) -> None:
    """Sealed as it should be, by somebody who cannot sign."""
    cipher = world.keys.cipher()
    plain = cipher.opened(world.manifest(2).read_bytes()).replace(b'"number":2', b'"number":3')
    world.manifest(3).write_bytes(cipher.sealed(plain))


def put_old_in_place_of_new(world: World) -> None:
    shutil.copy(world.manifest(1), world.manifest(2))


def withhold_newest(world: World) -> None:
    world.manifest(2).unlink()


def withhold_middle(world: World) -> None:
    save(world.store, world.place)
    world.manifest(2).unlink()


ATTACKS = [spoil_chunk, lose_chunk, swap_chunks, empty_chunk, lengthen_chunk, cut_chunk, forge_chunk, spoil_manifest,
           forge_manifest, put_old_in_place_of_new, withhold_newest, withhold_middle]  # fmt: skip
ALIKE = [lose_chunk, empty_chunk, lengthen_chunk, cut_chunk, spoil_manifest]  # found by what finds their neighbours


@pytest.mark.parametrize(
    "attack",
    [pytest.param(one, marks=[pytest.mark.deep] if one in ALIKE else []) for one in ATTACKS],
    ids=lambda attack: attack.__name__,
)
def test_what_a_place_does_to_a_backup_is_found_out(
    attack: Callable[[World], None], world: World, tmp_path: Path
) -> None:
    take(world.store, rows(1000, 5000))
    save(world.store, world.place)
    attack(world)
    with pytest.raises(SelftwinError) as told:
        world.check()
    assert isinstance(told.value, VaultError)
    assert told.value.hint


@pytest.mark.parametrize("attack", [swap_chunks, put_old_in_place_of_new, withhold_middle, forge_manifest],
                         ids=lambda attack: attack.__name__)  # fmt: skip
def test_a_machine_that_never_saw_the_vault_finds_it_out_too(
    attack: Callable[[World], None], world: World, home: Path
) -> None:
    take(world.store, rows(1000, 5000))
    save(world.store, world.place)
    attack(world)
    forget_notes(home)
    with pytest.raises(SealBroken):
        world.check()


def test_an_older_backup_is_refused_until_it_is_wanted(world: World, home: Path) -> None:
    save(world.store, world.place)
    withhold_newest(world)
    with pytest.raises(OlderVault, match="was given backup 2"):
        world.check()
    assert world.check(accept_older=True).manifest.number == 1
    forget_notes(home)
    assert not world.check().known  # nothing but the owner's memory is left to say so


def test_another_backup_under_the_same_number_is_refused(world: World, tmp_path: Path, home: Path) -> None:
    before = shutil.copytree(world.place._root, tmp_path / "fork")
    save(world.store, world.place)
    forget_notes(home)
    take(world.store, rows(1000, 50))
    save(world.store, Folder(before))
    forked = next(before.rglob("manifest-00000002.age"))
    shutil.copy(forked, world.manifest(2))
    with pytest.raises(SelftwinError):
        world.check()


def test_an_earlier_backup_is_brought_back_by_its_number(world: World) -> None:
    save(world.store, world.place)
    with pytest.raises(OlderVault):
        world.check(number=1)
    assert world.check(number=1, accept_older=True).manifest.number == 1
    with pytest.raises(SealBroken, match="missing"):
        world.check(number=9)


def test_the_newest_is_brought_back_by_itself_where_an_earlier_one_is_lost(world: World) -> None:
    save(world.store, world.place)
    withhold_middle(world)
    assert world.check(number=3).manifest.number == 3


def test_a_newer_backup_at_another_place_is_known_of(world: World, tmp_path: Path) -> None:
    save(world.store, Folder(tmp_path / "second"))
    with pytest.raises(OlderVault, match="another place"):
        world.check()


def test_a_note_that_was_changed_is_not_believed(world: World) -> None:
    path = backup_note._path(world.keys.vault)
    facts = path.read_text()
    path.write_text(facts.replace('"number": 1', '"number": 0'))
    with pytest.raises(SealBroken):
        world.check()


def test_a_place_that_lost_or_changed_something_is_told_at_the_next_backup(world: World) -> None:
    save(world.store, world.place)
    withhold_newest(world)
    spoil(world.manifest(1))
    told = save(world.store, world.place)
    assert (told.manifest.number, told.lost, told.distrusted) == (3, 2, 1)
    world.check()


def test_a_lost_piece_is_written_again(world: World) -> None:
    lose_chunk(world)
    assert save(world.store, world.place).new >= 1
    world.check()


# Other twins, other keys


def test_a_capsule_of_another_twin_opens_nothing(world: World, tmp_path: Path) -> None:
    with Store(Files.create(tmp_path / "other", "pass")) as other:
        theirs = BackupKeys.of(other.files)
        with pytest.raises(NoVault, match="another twin"):
            backup_restore.chosen(world.place, theirs)
        with pytest.raises(NoVault, match="no backup"):
            backup_restore.chosen(Folder(tmp_path / "empty"), theirs)


def test_two_twins_share_a_place_and_never_touch_each_other(world: World, tmp_path: Path) -> None:
    with Store(Files.create(tmp_path / "other", "pass")) as other:
        save(other, world.place, kept=1)
        save(other, world.place, kept=1)
        backup.forget(world.place, BackupKeys.of(other.files))
    world.check()


def test_of_a_twin_that_goes_not_even_the_present_backups_stay(world: World) -> None:
    assert backup.forget(world.place, world.keys) == 0
    world.check()
    assert backup.forget(world.place, world.keys, present=True) == 1
    assert list(world.place._root.rglob("*.age")) == []


def test_a_backup_that_does_not_fit_is_told_before_anything_is_written(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup_restore, "_SPARE", 1 << 60)
    with pytest.raises(VaultError, match="free"):
        backup_restore.bring_back(world.place, world.keys, world.check().manifest, tmp_path / "back", lambda *_: None)
    assert not (tmp_path / "back").exists()


def test_progress_ends_at_the_whole(store: Store, tmp_path: Path) -> None:
    take(store, rows(0, 50))
    heard: list[tuple[int, int]] = []
    made = save(store, Folder(tmp_path / "place"), tell=lambda done, whole: heard.append((done, whole)))
    assert heard[-1] == (made.manifest.size, made.manifest.size)
    assert os.listdir(tmp_path / "place")  # noqa: PTH208
