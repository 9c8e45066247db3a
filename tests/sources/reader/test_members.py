"""Files, folders and archives as streams: damage and bombs are refused by name, nothing is ever unpacked to disk."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from selftwin.sources.reader import members
from selftwin.sources.reader.members import Member, inside, plain
from selftwin.vocabulary.errors import BrokenExport, UnknownFormat

if TYPE_CHECKING:
    from pathlib import Path

NOISE = random.Random(7).randbytes(200_000)


def zipped(path: Path, files: dict[str, bytes], *, packing: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 6, 1, 10, 20, 30)), content, packing)
    return path


def tarred(path: Path, entries: list[tarfile.TarInfo], content: bytes = b"content", mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as archive:
        for entry in entries:
            entry.size = len(content) if entry.isfile() else 0
            archive.addfile(entry, io.BytesIO(content))
    return path


def found(path: Path) -> list[Member]:
    held = inside(plain(path, path.name), path)
    assert held is not None
    return list(held)


def read(member: Member) -> bytes:
    with member.open() as stream:
        return stream.read()


def contents(path: Path) -> dict[str, bytes]:
    """Every member read while the archive is walked."""
    held = inside(plain(path, path.name), path)
    assert held is not None
    return {member.path: read(member) for member in held}


SHEET = b"application/vnd.oasis.opendocument.spreadsheet"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}, "steps.bin is an Excel workbook"),
        ({"mimetype": SHEET, "content.xml": b"<x/>"}, "steps.bin is an OpenDocument spreadsheet"),
    ],
)
def test_a_workbook_is_asked_for_as_csv(tmp_path: Path, files: dict[str, bytes], said: str) -> None:
    with pytest.raises(UnknownFormat, match=f"{said}: save the sheet you want as CSV"):
        found(zipped(tmp_path / "steps.bin", files))


def test_a_zip_that_only_resembles_a_workbook_is_an_archive(tmp_path: Path) -> None:
    for place, files in enumerate(({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<x/>"},
                                   {"mimetype": b"application/epub+zip"}, {"mimetype": bytes(900)})):  # fmt: skip
        assert len(found(zipped(tmp_path / f"{place}.zip", files))) == len(files)


def test_a_zip_gives_its_files_with_names_sizes_and_times(tmp_path: Path) -> None:
    path = zipped(tmp_path / "box.zip", {"a/Steps.JSON": b"[1]", "b.csv": NOISE})
    assert contents(path) == {"box.zip/a/Steps.JSON": b"[1]", "box.zip/b.csv": NOISE}
    first = found(path)[0]
    assert (first.name, first.size, first.stamped) == ("steps.json", 3, datetime(2024, 6, 1, 10, 20, 30, tzinfo=UTC))
    assert (first.head(2), read(first), first.damage) == (b"[1", b"[1]", "")
    assert list(tmp_path.iterdir()) == [path]


def test_a_packed_file_in_an_archive_is_the_file_it_holds(tmp_path: Path) -> None:
    packed = gzip.compress(NOISE)
    path = zipped(tmp_path / "box.zip", {"a/1.fit.gz": packed, "b.tar.gz": packed, "c.csv.gz": packed[:-900]})
    held = inside(plain(path, path.name), path)
    assert held is not None
    first, second, third = held
    assert (first.path, read(first), first.beside("b.tar.gz") is not None) == ("box.zip/a/1.fit", NOISE, False)
    assert (second.path, third.path) == ("box.zip/b.tar.gz", "box.zip/c.csv")
    with pytest.raises(BrokenExport, match="damaged"):
        read(third)
    entry = tarfile.TarInfo("a/1.gpx.gz")
    assert contents(tarred(tmp_path / "box.tgz", [entry], packed)) == {"box.tgz/a/1.gpx": NOISE}


def test_folders_in_archives_are_no_members(tmp_path: Path) -> None:
    assert list(contents(zipped(tmp_path / "box.zip", {"a/": b"", "a/b.txt": b"b"}))) == ["box.zip/a/b.txt"]
    folder, link = tarfile.TarInfo("a"), tarfile.TarInfo("c.txt")
    folder.type, link.type, link.linkname = tarfile.DIRTYPE, tarfile.SYMTYPE, "/etc/passwd"
    assert list(contents(tarred(tmp_path / "box.tgz", [folder, tarfile.TarInfo("a/b.txt"), link]))) == [
        "box.tgz/a/b.txt"
    ]


def test_tars_packed_or_not_and_a_single_packed_file_are_read_too(tmp_path: Path) -> None:
    entry = tarfile.TarInfo("a.txt")
    entry.mtime = 1_700_000_000
    for name, mode in (("box.tar", "w"), ("box.tgz", "w:gz"), ("box.tar.gz", "w:gz")):
        path = tarred(tmp_path / name, [entry], mode=mode)
        assert contents(path) == {f"{name}/a.txt": b"content"}
        assert found(path)[0].stamped == datetime.fromtimestamp(1_700_000_000, UTC)
    (tmp_path / "data.csv.gz").write_bytes(gzip.compress(NOISE))
    assert contents(tmp_path / "data.csv.gz") == {"data.csv": NOISE}


def test_a_plain_file_is_no_archive(tmp_path: Path) -> None:
    for content in (b"", b"id,time,gl\n", b"PK is how this text begins", b"\x1f"):
        (tmp_path / "x").write_bytes(content)
        assert inside(plain(tmp_path / "x", "x"), tmp_path / "x") is None
    whole = plain(tmp_path / "x", "x")
    assert (whole.seekable, whole.size, read(whole)) == (True, 1, b"\x1f")


@pytest.mark.parametrize("name", ["../up.txt", "/etc/passwd", "a/../../b", "..\\up.txt", "C:\\x.txt", "a/.."])
def test_a_path_that_leads_out_of_its_archive_is_refused(tmp_path: Path, name: str) -> None:
    for path in (zipped(tmp_path / "box.zip", {name: b"x"}), tarred(tmp_path / "box.tgz", [tarfile.TarInfo(name)])):
        with pytest.raises(BrokenExport, match="leads out of it"):
            found(path)


def test_a_bomb_is_refused_before_it_is_opened_and_what_merely_packs_well_is_not(tmp_path: Path) -> None:
    bomb = zipped(tmp_path / "bomb.zip", {"zeros": bytes(20 << 20)})
    with pytest.raises(BrokenExport, match="more than an export can hold"):
        found(bomb)
    assert len(found(zipped(tmp_path / "small.zip", {"zeros": bytes(1 << 20)}))) == 1


def test_too_many_or_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"{k}.txt": NOISE[:1000] for k in range(5)}
    box = zipped(tmp_path / "box.zip", files), tarred(tmp_path / "box.tgz", [tarfile.TarInfo(name) for name in files])
    monkeypatch.setattr(members, "MOST_MEMBERS", 3)
    for path in box:
        with pytest.raises(BrokenExport):
            found(path)
    monkeypatch.setattr(members, "MOST_MEMBERS", 300)
    monkeypatch.setattr(members, "MOST_BYTES", 20)
    for path in box:
        with pytest.raises(BrokenExport):
            found(path)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_archive_is_refused_wherever_it_was_cut(tmp_path: Path, part: float) -> None:
    makers = {
        "box.zip": lambda path: zipped(path, {"a": NOISE, "b": NOISE[:500]}),
        "box.tgz": lambda path: tarred(path, [tarfile.TarInfo("a"), tarfile.TarInfo("b")], NOISE),
        "box.csv.gz": lambda path: path.write_bytes(gzip.compress(NOISE)),
    }
    for name, make in makers.items():
        path = tmp_path / name
        make(path)
        path.write_bytes(path.read_bytes()[: int(part * path.stat().st_size)])
        with pytest.raises(BrokenExport, match=r"damaged|truncated"):
            contents(path)


def test_damage_within_a_member_is_told_when_it_is_met(tmp_path: Path) -> None:
    path = zipped(tmp_path / "box.zip", {"sound.txt": b"sound", "spoilt.bin": NOISE})
    content = bytearray(path.read_bytes())
    content[100_000] ^= 0xFF
    path.write_bytes(content)
    sound, spoilt = found(path)
    assert read(sound) == b"sound"
    with pytest.raises(BrokenExport, match=r"spoilt\.bin is damaged"):
        read(spoilt)
    small = zipped(tmp_path / "small.zip", {"spoilt.txt": NOISE[:900]})
    content = bytearray(small.read_bytes())
    content[500] ^= 0xFF
    small.write_bytes(content)
    (member,) = found(small)
    assert (member.head(), "damaged" in member.damage) == (b"", True)


def test_a_locked_member_says_so(tmp_path: Path) -> None:
    path = zipped(tmp_path / "box.zip", {"locked.txt": b"secret"})
    content = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + flags] |= 1
    path.write_bytes(content)
    (member,) = found(path)
    with pytest.raises(BrokenExport, match="locked with a password"):
        read(member)
    assert member.head() == b""
    assert "locked with a password" in member.damage


def test_the_first_time_a_zip_can_tell_is_no_time(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("timeless.csv"), b"x")
    assert [member.stamped for member in found(tmp_path / "a.zip")] == [None]


def test_a_time_that_cannot_be_is_no_time(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "box.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("a", (2024, 2, 31, 0, 0, 0)), b"a")
    assert found(tmp_path / "box.zip")[0].stamped is None


def test_a_file_finds_the_one_beside_it_and_nothing_further_away(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for name in ("a.hea", "folder/a.hea", "folder/a.atr"):
        (tmp_path / name).write_bytes(name.encode())
    one = plain(tmp_path / "folder" / "a.atr", "folder/a.atr")
    other = one.beside("a.hea")
    assert other is not None
    assert (other.path, other.head()) == ("folder/a.hea", b"folder/a.hea")
    elsewhere = ("", "b.hea", "../a.hea", "..\\a.hea", str(tmp_path / "a.hea"), "..")
    assert [one.beside(name) for name in elsewhere] == [None] * 6


def test_a_member_of_a_zip_finds_the_one_beside_it_in_the_zip(tmp_path: Path) -> None:
    path = tmp_path / "record.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("in/a.atr", b"marks")
        archive.writestr("in/a.hea", b"header")
        archive.writestr("b.hea", b"another")
    one = next(iter(inside(plain(path, "record.zip"), path) or ()))
    other = one.beside("a.hea")
    assert other is not None
    assert (other.path, other.head()) == ("record.zip/in/a.hea", b"header")
    assert one.beside("b.hea") is None
