from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from selftwin import discover
from selftwin.vocabulary.errors import SelftwinError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Plant = Callable[[dict[str, str]], None]


@pytest.fixture
def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plant:
    """Writes files beside the house, importable until the test ends."""

    def write(files: dict[str, str]) -> None:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    known = set(sys.modules)
    monkeypatch.syspath_prepend(tmp_path)
    yield write
    for name in set(sys.modules) - known:
        if name.split(".")[0] in {"garden", "visitor"}:
            del sys.modules[name]


def offer(plant: Plant, entries: str, *, package: str = "visitor") -> None:
    plant(
        {
            f"{package}-1.0.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n",
            f"{package}-1.0.dist-info/entry_points.txt": f"[garden]\n{entries}\n",
        }
    )


def test_public_files_and_folders_are_found_in_order_and_not_imported(plant: Plant) -> None:
    falls = "raise RuntimeError('imported')"
    plant({"garden/__init__.py": "", "garden/rose.py": falls, "garden/fern/__init__.py": falls, "garden/_soil.py": ""})
    plant({"garden/labels/rose.csv": "name,colour"})
    assert discover.modules("garden") == ["garden.fern", "garden.rose"]


def test_every_public_file_gives_its_object_and_folders_are_left_alone(plant: Plant) -> None:
    plant({"garden/__init__.py": "", "garden/rose.py": "PLANT = 'rose'", "garden/fern.py": "PLANT = 'fern'"})
    plant({"garden/_soil.py": "raise RuntimeError('imported')", "garden/tools/__init__.py": "raise RuntimeError"})
    assert discover.files("garden") == ["garden.fern", "garden.rose"]
    assert discover.objects("garden", "PLANT") == ["fern", "rose"]


def test_a_file_without_its_object_is_named_with_what_to_do(plant: Plant) -> None:
    plant({"garden/__init__.py": "", "garden/rose.py": "PLANTS = ['rose']"})
    with pytest.raises(SelftwinError, match=r"garden\.rose holds no PLANT\.") as told:
        discover.objects("garden", "PLANT")
    assert "one object named PLANT" in told.value.hint


def test_a_name_that_is_no_package_is_refused(plant: Plant) -> None:
    plant({"garden.py": ""})
    with pytest.raises(SelftwinError, match="garden is not a package"):
        discover.modules("garden")
    with pytest.raises(SelftwinError, match="nowhere is not a package"):
        discover.modules("nowhere")


def test_a_package_from_outside_sleeps_until_its_owner_names_it(plant: Plant) -> None:
    plant({"garden/__init__.py": "", "garden/rose.py": "PLANT = 'rose'", "visitor.py": "PLANT = 'cactus'"})
    offer(plant, "cactus = visitor:PLANT")
    assert discover.asleep("garden") == ["cactus"]
    assert discover.objects("garden", "PLANT") == ["rose"]
    assert "visitor" not in sys.modules
    assert discover.objects("garden", "PLANT", awake={"cactus"}) == ["rose", "cactus"]


def test_waking_what_nobody_offers_lists_what_is_offered(plant: Plant) -> None:
    plant({"garden/__init__.py": ""})
    offer(plant, "cactus = visitor:PLANT")
    with pytest.raises(UsageError, match="No installed package offers 'palm'") as told:
        discover.objects("garden", "PLANT", awake=["palm"])
    assert told.value.hint == "Offered are: cactus."


def test_two_packages_offering_one_name_are_refused(plant: Plant) -> None:
    plant({"garden/__init__.py": "", "visitor.py": "PLANT = 1"})
    offer(plant, "cactus = visitor:PLANT")
    offer(plant, "cactus = visitor:PLANT", package="stranger")
    with pytest.raises(UsageError, match="2 installed packages offer 'cactus'"):
        discover.objects("garden", "PLANT", awake=["cactus"])


def test_a_failing_package_from_outside_is_told_without_what_it_said(plant: Plant) -> None:
    plant({"garden/__init__.py": "", "visitor.py": "raise ValueError('81.4 kg')"})
    offer(plant, "cactus = visitor:PLANT")
    with pytest.raises(SelftwinError, match=r"cannot be loaded: ValueError in visitor:PLANT") as told:
        discover.objects("garden", "PLANT", awake=["cactus"])
    assert "81.4" not in str(told.value)


def test_the_sources_of_the_house_are_found_by_their_files() -> None:
    found: list[object] = discover.sources()
    assert len(found) == len(discover.files("selftwin.sources"))
