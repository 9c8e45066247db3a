"""A capsule on its way: it opens the twin with its code, and the part asked back is known however it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from selftwin.twin import Twin
from selftwin.web.capsules import make

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_file_and_the_code_open_the_twin_and_neither_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "TMPDIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    (tmp_path / "TMPDIR").mkdir()
    monkeypatch.setenv("SELFTWIN_QUICK_KEYS", "1")
    with Twin.create(tmp_path / "twin", "four words in a row") as twin:
        made = make(twin)
    part = made.groups[made.group - 1]
    assert made.confirms(part)
    assert made.confirms(f" {part.lower()[:2]}-{part.lower()[2:]} ")
    assert not made.confirms("")
    assert not made.confirms(part[:-1])
    assert part not in repr(made)
    assert list((tmp_path / "TMPDIR").iterdir()) == []
    (tmp_path / "file").write_bytes(made.file)
    with Twin.recover(tmp_path / "twin", tmp_path / "file", made.code, "other words in a row"):
        pass
