"""A twin's backups as its owner has them: made, listed, checked, brought back elsewhere, renewed after an erasure."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from selftwin.twin import Twin
from selftwin.twin.backing import check, restore
from selftwin.twin.erasing import Target
from selftwin.vocabulary.errors import NoVault, OlderVault, SealBroken, SelftwinError, UsageError, WrongPassphrase

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CODE = "0000-0000-0000-0000-0000-0000-00KD"


def days(count: int, *, steps: int = 5000) -> str:
    rows = "".join(f"p,resting_hr,2026-03-{day:02},{50 + day % 7}\np,steps,2026-03-{day:02},{steps + day}\n"
                   for day in range(1, count + 1))  # fmt: skip
    return "person,signal,date,value\n" + rows


class Owner:
    """Somebody with a twin, its capsule and a stick."""

    def __init__(self, place: Path, lay: Callable[[dict[str, str]], Path]) -> None:
        self.vault, self.capsule, self.stick = place / "twin", place / "capsule", place / "stick"
        self.lay, self.place = lay, place
        self.code = (place / "code").read_text()
        with self.open() as twin:
            self.known = twin.days("steps")
            self.made = twin.backups.save(self.stick)

    def open(self) -> Twin:
        return Twin.open(self.vault, "pass")

    def restore(self, **how: object) -> object:
        return restore(self.stick, self.capsule, self.code, "new", **{"to": self.place / "back", **how})


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory, folder: Callable[[dict[str, str]], Path]) -> Path:
    """A home, and beside it a twin of twenty days, its capsule and the code; made once, copied by each test."""
    place = tmp_path_factory.mktemp("lived")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(place / "home"))
        with Twin.create(place / "twin", "pass") as twin:
            twin.import_paths([folder({"days.csv": days(20)})])
            (place / "code").write_text(twin.issue_capsule(place / "capsule"))
    return place


@pytest.fixture
def owner(
    lived: Path, tmp_path: Path, folder: Callable[[dict[str, str]], Path], monkeypatch: pytest.MonkeyPatch
) -> Owner:
    shutil.copytree(lived, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return Owner(tmp_path, folder)


def test_a_backup_and_its_place_are_remembered(owner: Owner) -> None:
    with owner.open() as twin:
        assert [(one.place, one.number) for one in twin.backups.known()] == [(str(owner.stick), 1)]
        again = twin.backups.save()
        assert (again.place, again.number) == (str(owner.stick), 2)
        assert twin.backups.verify().number == 2
        assert {entry.kind for entry in twin.consent.record.entries()} >= {"backup"}


def test_without_a_place_nothing_is_guessed(owner: Owner, tmp_path: Path) -> None:
    with Twin.create(tmp_path / "fresh", "pass") as twin, pytest.raises(UsageError, match="No place"):
        twin.backups.save()


def test_a_backup_never_lies_within_its_twin(owner: Owner) -> None:
    (owner.place / "link").symlink_to(owner.vault)
    with owner.open() as twin:
        for place in (owner.vault / "backups", owner.place / "link" / "backups"):
            with pytest.raises(UsageError, match="within"):
                twin.backups.save(place)


def test_an_empty_machine_gets_the_twin_back_from_backup_capsule_and_code(owner: Owner) -> None:
    """Another process, a home where nothing ever was, and the twin's old folder gone."""
    elsewhere = owner.place / "elsewhere"
    elsewhere.mkdir()
    for name in ("capsule", "stick"):
        shutil.move(owner.place / name, elsewhere / name)
    shutil.rmtree(owner.vault)
    shutil.rmtree(owner.place / "home")
    script = (
        "from pathlib import Path; from selftwin.twin.backing import restore; from selftwin.twin import Twin\n"
        f"told = restore('stick', Path('capsule'), '{owner.code}', 'new', to=Path('twin'))\n"
        "with Twin.open('twin', 'new') as twin: print(told.number, told.known, twin.days('steps').height)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=elsewhere, capture_output=True, text=True, check=False,
        env={"HOME": str(elsewhere), "SELFTWIN_QUICK_KEYS": "1", "PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert done.stdout.split() == ["1", "False", "20"], done.stderr


def test_what_comes_back_is_the_twin_that_was_backed_up(owner: Owner) -> None:
    shutil.rmtree(owner.vault)
    told = owner.restore(to=owner.vault)
    assert (told.number, told.known, told.later) == (1, True, True)  # the note of the backup itself came after it
    with Twin.open(owner.vault, "new") as twin:
        assert twin.days("steps").equals(owner.known)
        assert twin.backups.save().number == 2
    with pytest.raises(SelftwinError):
        Twin.open(owner.vault, "pass")


def test_a_twin_that_lives_on_here_still_opens_after_another_of_it_was_brought_back(owner: Owner) -> None:
    owner.restore()
    with Twin.open(owner.place / "back", "new") as twin:
        assert twin.days("steps").equals(owner.known)
    with Twin.open(owner.vault, "pass", accept_older=True) as twin:
        assert twin.days("steps").equals(owner.known)


def test_nothing_is_half_brought_back(owner: Owner) -> None:
    pieces = sorted(owner.stick.rglob("chunks/*/*.age"), key=lambda path: path.stat().st_size)
    pieces[-1].unlink()
    with pytest.raises(SealBroken):
        owner.restore()
    assert not (owner.place / "back").exists()
    assert [path.name for path in owner.place.iterdir() if "restoring" in path.name] == []


def test_a_restore_that_was_killed_is_begun_again(owner: Owner) -> None:
    (owner.place / ".back.restoring").mkdir()
    (owner.place / ".back.restoring" / "record").write_text("torn")
    owner.restore()
    with Twin.open(owner.place / "back", "new") as twin:
        assert twin.days("steps").equals(owner.known)


def test_a_folder_that_holds_something_is_left_alone(owner: Owner) -> None:
    with pytest.raises(UsageError, match="not empty"):
        owner.restore(to=owner.vault)


def test_another_code_or_capsule_brings_nothing_back(owner: Owner, tmp_path: Path) -> None:
    with pytest.raises(WrongPassphrase):
        restore(owner.stick, owner.capsule, CODE, "new", to=owner.place / "back")
    with Twin.create(tmp_path / "other", "pass") as twin:
        code = twin.issue_capsule(tmp_path / "theirs")
    with pytest.raises(NoVault, match="another twin"):
        check(owner.stick, tmp_path / "theirs", code)


def test_an_older_backup_than_the_newest_known_is_refused_until_wanted(owner: Owner) -> None:
    old = shutil.copytree(owner.stick, owner.place / "old")
    with owner.open() as twin:
        twin.backups.save()
    shutil.rmtree(owner.stick)
    shutil.copytree(old, owner.stick)
    with pytest.raises(OlderVault):
        owner.restore()
    assert owner.restore(accept_older=True).number == 1


def test_checking_keeps_nothing(owner: Owner) -> None:
    before = sorted(path for path in owner.place.rglob("*") if "home" not in path.parts)
    assert check(owner.stick, owner.capsule, owner.code).number == 1
    assert sorted(path for path in owner.place.rglob("*") if "home" not in path.parts) == before


def test_after_an_erasure_old_backups_are_gone_and_a_whole_new_one_is_there(owner: Owner) -> None:
    old = {path.relative_to(owner.stick) for path in owner.stick.rglob("*.age")}
    with owner.open() as twin:
        twin.erase(Target(signals=("steps",)), "pass")
        assert [(one.place, one.deleted, one.failed) for one in twin.backups.renew()] == [(str(owner.stick), 0, "")]
        code = twin.issue_capsule(owner.place / "fresh")
    assert old & {path.relative_to(owner.stick) for path in owner.stick.rglob("*.age")} == set()
    with pytest.raises(OlderVault, match="other keys"):
        owner.restore()
    restore(owner.stick, owner.place / "fresh", code, "new", to=owner.place / "back")
    with Twin.open(owner.place / "back", "new") as twin:
        assert [one.signal.key for one in twin.held()] == ["heart_rate.resting"]


def test_a_place_out_of_reach_is_told_and_made_good_later(owner: Owner) -> None:
    away = owner.place / "away"
    with owner.open() as twin:
        owner.stick.rename(away)
        owner.stick.write_text("no folder any more")
        twin.erase(Target(signals=("steps",)), "pass")
        told = twin.backups.renew()
        assert (told[0].backup, bool(told[0].failed)) == (None, True)
        owner.stick.unlink()
        away.rename(owner.stick)
        again = twin.backups.renew()
    assert (again[0].deleted, again[0].failed) == (1, "")
