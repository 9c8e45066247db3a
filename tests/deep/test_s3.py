"""Backups at a real S3-compatible server: written, turned back, swapped, emptied and spoilt on the server itself."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from selftwin.twin import Twin
from selftwin.twin.backing import check, restore
from selftwin.vault import places
from selftwin.vocabulary.errors import NoVault, OlderVault, SealBroken, VaultError

from ._swift import KEYS, CannotRun, Swift, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pyarrow.fs import S3FileSystem

pytestmark = [pytest.mark.deep, pytest.mark.timeout(900)]
ROWS = "person,signal,date,value\n" + "".join(
    f"p,resting_hr,2026-{month:02}-{day:02},{50 + day % 7}\np,steps,2026-{month:02}-{day:02},{5000 + day}\n"
    for month in (1, 2, 3)
    for day in range(1, 29)
)
NAMES = ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_CA_BUNDLE")


@pytest.fixture(scope="module")
def swift(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swift]:
    place = tmp_path_factory.mktemp("swift")
    with pytest.MonkeyPatch.context() as patch:
        for name in [*NAMES, *(name for name in os.environ if name.startswith("XDG_"))]:
            patch.delenv(name, raising=False)
        for name, value in KEYS.items():
            patch.setenv(name, value)
        patch.setenv("SELFTWIN_QUICK_KEYS", "1")
        try:
            with running(place) as server:
                patch.setenv("AWS_ENDPOINT_URL", server.endpoint)
                yield server
        except CannotRun as reason:
            pytest.skip(f"no S3-compatible server: {reason}")
        finally:
            shutil.rmtree(place, ignore_errors=True)


class Owner:
    """Somebody who backs a twin up into a bucket, twice."""

    def __init__(self, place: Path, bucket: str) -> None:
        self.place, self.bucket, self.capsule = place, f"s3://{bucket}/twins", place / "capsule"
        (place / "days.csv").write_text(ROWS)
        with Twin.create(place / "twin", "pass") as twin:
            self.code = twin.issue_capsule(self.capsule)
            self.first = twin.backups.save(self.bucket)
            twin.import_paths([place / "days.csv"])
            self.known = twin.days("steps")
            self.second = twin.backups.save()
            before = set(self.objects("chunks"))
            self.third = twin.backups.save()
            self.newest = [name for name in self.objects("chunks") if name not in before]

    @property
    def files(self) -> S3FileSystem:
        return places.at(self.bucket)._files

    def objects(self, kind: str) -> list[str]:
        """Names of objects, the largest last."""
        there = places.at(self.bucket).names("")
        return sorted((name for name in there if kind in name), key=lambda name: (there[name], name))

    def read(self, name: str) -> bytes:
        return self.files.open_input_file(f"{self.bucket[5:]}/{name}").read()

    def write(self, name: str, content: bytes) -> None:
        with self.files.open_output_stream(f"{self.bucket[5:]}/{name}") as stream:
            stream.write(content)

    def check(self, **how: object) -> object:
        return check(self.bucket, self.capsule, self.code, **how)


@pytest.fixture
def owner(swift: Swift, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Owner:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return Owner(tmp_path, f"b{abs(hash(request.node.name)) % 10**8:08}")


def test_a_twin_comes_back_from_a_bucket_on_an_empty_machine(
    owner: Owner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "another"))
    told = restore(owner.bucket, owner.capsule, owner.code, "new", to=tmp_path / "back")
    assert (told.number, told.known) == (3, False)
    with Twin.open(tmp_path / "back", "new") as twin:
        assert twin.days("steps").equals(owner.known)


def test_a_second_backup_sends_only_what_is_new(owner: Owner) -> None:
    assert owner.third.written < 0.5 * owner.third.size
    assert owner.third.pieces < owner.second.pieces


def test_the_server_holds_age_files_and_nothing_that_can_be_read(owner: Owner, swift: Swift) -> None:
    held = [path for path in swift.objects.rglob("*.data") if path.stat().st_size]
    assert held
    for path in held:
        content = path.read_bytes()
        assert content.startswith(b"age-encryption.org/v1\n")
        assert b"resting" not in content


def spoil(owner: Owner) -> None:
    name = owner.newest[-1]
    content = bytearray(owner.read(name))
    content[len(content) // 2] ^= 1
    owner.write(name, bytes(content))


def swap(owner: Owner) -> None:
    one, other = owner.newest[-2:]
    first, second = owner.read(one), owner.read(other)
    owner.write(one, second)
    owner.write(other, first)


def omit(owner: Owner) -> None:
    for name in owner.newest[-3:]:
        owner.files.delete_file(f"{owner.bucket[5:]}/{name}")


def roll_back(owner: Owner) -> None:
    owner.files.delete_file(f"{owner.bucket[5:]}/{owner.objects('manifest-00000003')[0]}")


def show_an_old_one_as_new(owner: Owner) -> None:
    owner.write(owner.objects("manifest-00000003")[0], owner.read(owner.objects("manifest-00000001")[0]))


def withhold_one_between(owner: Owner) -> None:
    owner.files.delete_file(f"{owner.bucket[5:]}/{owner.objects('manifest-00000002')[0]}")


def send_a_flood(owner: Owner) -> None:
    owner.write(owner.newest[-1], bytes(8 << 20))


@pytest.mark.parametrize(
    ("attack", "told"),
    [(spoil, SealBroken), (swap, SealBroken), (omit, SealBroken), (roll_back, OlderVault),
     (show_an_old_one_as_new, SealBroken), (withhold_one_between, SealBroken), (send_a_flood, SealBroken)],
    ids=lambda one: one.__name__,
)  # fmt: skip
def test_what_a_host_does_to_a_backup_is_found_out(
    attack: Callable[[Owner], None], told: type[Exception], owner: Owner
) -> None:
    assert owner.check().number == 3
    attack(owner)
    with pytest.raises(told):
        owner.check()
    with pytest.raises(told):
        restore(owner.bucket, owner.capsule, owner.code, "new", to=owner.place / "back")
    assert not (owner.place / "back").exists()


def test_the_next_backup_writes_again_what_the_host_lost(owner: Owner) -> None:
    omit(owner)
    with Twin.open(owner.place / "twin", "pass") as twin:
        assert twin.backups.save().pieces >= 3
        twin.backups.verify()


def test_a_wrong_key_is_told_and_never_shown(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not the key at all")
    with pytest.raises(VaultError, match="signature does not match") as failed:
        owner.check()
    assert "not the key" not in str(failed.value)


def test_a_bucket_without_a_backup_says_so(owner: Owner) -> None:
    with pytest.raises(NoVault, match="no backup"):
        check("s3://nothing-here/at-all", owner.capsule, owner.code)
