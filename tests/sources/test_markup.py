"""The one reader of XML: whole elements in bounded memory, and nothing a stranger's file can do to it."""

from __future__ import annotations

import io
import tracemalloc

import pytest

from selftwin.sources import _markup
from selftwin.sources._markup import Cut, Found, elements, root
from selftwin.sources.reader.members import Member
from selftwin.vocabulary.errors import BrokenExport

GPX = """<?xml version="1.0"?>
<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1" xmlns:x="urn:x" xmlns:xsi="urn:i">
<trk><name>One &amp; only</name><trkseg><trkpt lat="1" lon="2"><extensions><x:hr xsi:type="n">99</x:hr></extensions>
</trkpt><trkpt lat="3" lon="4"/></trkseg><trkseg><trkpt lat="5" lon="6"/></trkseg></trk></gpx>"""


def member(data: str | bytes) -> Member:
    data = data.encode() if isinstance(data, str) else data
    return Member("a.xml", len(data), lambda: io.BytesIO(data))


def told(data: str | bytes, *tags: str) -> list[Found | Cut]:
    return list(elements(member(data), tags))


@pytest.mark.parametrize("chunk", [1, 7, 64, 1 << 17])
def test_elements_come_whole_in_order_without_prefixes_however_the_bytes_arrive(
    chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_markup, "_CHUNK", chunk)
    found = [one for one in told(GPX, "trkpt", "name") if isinstance(one, Found)]
    assert [one.number for one in found] == [0, 1, 2, 3]
    assert found[0].element.text == "One & only"
    assert [one.element.get("lat") for one in found[1:]] == ["1", "3", "5"]
    assert found[1].element.findtext("extensions/hr") == "99"
    assert found[1].element.find("extensions/hr").attrib == {"type": "n"}  # type: ignore[union-attr]
    assert [[opening.tag for opening in one.inside] for one in found[:2]] == [["gpx", "trk"], ["gpx", "trk", "trkseg"]]
    assert found[1].inside[-1].number == found[2].inside[-1].number != found[3].inside[-1].number
    assert found[0].inside[0].attributes["version"] == "1.1"


def test_none_is_told_inside_another() -> None:
    assert len(told("<a><b><b/></b><c><b/></c></a>", "b")) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "windows-1252"])
def test_encodings_are_those_the_file_says(encoding: str) -> None:
    said = encoding.removesuffix("-sig")
    (found,) = told(f'<?xml version="1.0" encoding="{said}"?><a><b>Zürich</b></a>'.encode(encoding), "b")
    assert isinstance(found, Found)
    assert found.element.text == "Zürich"


def test_a_cut_file_gives_what_was_whole_and_says_that_it_is_cut() -> None:
    found = told(GPX[: GPX.index('<trkpt lat="5"') + 9], "trkpt")
    assert [one.element.get("lat") for one in found if isinstance(one, Found)] == ["1", "3"]
    assert isinstance(found[-1], Cut)
    assert found[-1].number == 2


@pytest.mark.parametrize("chunk", [1, 5, 1 << 17])
def test_letters_that_xml_forbids_are_mended(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_markup, "_CHUNK", chunk)
    (found,) = told('\n <a><b c="&#65;&#55357;&#56842;&#xD83D;&#xDE0A; &#11;&#56842;\x0b&amp;"/></a>', "b")
    assert isinstance(found, Found)
    assert found.element.get("c") == "A😊😊 \ufffd\ufffd &"


@pytest.mark.parametrize(
    "start",
    [
        '<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>',
        '<!DOCTYPE a [<!ENTITY % b SYSTEM "file:///etc/passwd"> %b;]><a/>',
        '<!DOCTYPE a SYSTEM "http://localhost/a.dtd"><a/>',
        "<a>" * 50_000,
        "<a><b>" + "<c>" * 500 + "</c>" * 500 + "</b></a>",
        "",
        "words",
        "\0\0\0\0",
    ],
)
def test_what_no_export_needs_is_refused(start: str) -> None:
    with pytest.raises(BrokenExport, match=r"a\.xml"):
        told(start, "b")
    assert root(member(start)) is None or start.startswith(("<a>", "<!DOCTYPE a SYSTEM"))


class Endless(io.RawIOBase):
    """A beginning and then the same bytes for ever."""

    def __init__(self, beginning: bytes, again: bytes) -> None:
        self.parts, self.told = (beginning, again * ((1 << 16) // len(again))), 0

    def read(self, size: int = -1) -> bytes:
        self.told += 1
        return self.parts[self.told > 1]


@pytest.mark.parametrize(
    ("beginning", "again"),
    [(b"<a>", b"words "), (b"<a><b>", b"words "), (b"<a><b>", b"<c/>"), (b'<a b="', b"words "), (b"<a><!--", b" word")],
    ids=["between", "inside", "many inside", "in a tag", "in a comment"],
)
def test_what_never_ends_is_refused(beginning: bytes, again: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_markup, "LARGEST", 1 << 20)
    monkeypatch.setattr(_markup, "MOST_INSIDE", 20_000)
    monkeypatch.setattr(_markup, "_ROOM", 1 << 16)
    endless = Member("a.xml", 1 << 40, lambda: Endless(beginning, again))  # type: ignore[arg-type,return-value]
    with pytest.raises(BrokenExport, match="larger than any export"):
        list(elements(endless, {"b"}))


def test_memory_does_not_grow_with_the_file() -> None:
    data = "<a><s>" + '<b c="1"><d>2</d></b><e f="1"/>' * 60_000 + "</s></a>"
    tracemalloc.start()
    try:
        assert sum(1 for _ in elements(member(data), {"b"})) == 60_000
        assert tracemalloc.get_traced_memory()[1] < 12 << 20
    finally:
        tracemalloc.stop()


def test_the_root_is_told_from_the_first_bytes() -> None:
    found = root(member(GPX))
    assert found is not None
    assert (found.tag, found.attributes["xmlns"]) == ("gpx", "http://www.topografix.com/GPX/1/1")
    assert root(member(b"\x89PNG")) is None
    assert root(member("<!-- no root -->")) is None
