"""Genotypes: the raw data of 23andMe, AncestryDNA, MyHeritage, FamilyTreeDNA and Living DNA, and VCF files.

Their owner finds "Download raw data" in the settings of the account (it comes as a zip archive with one text file);
whoever had a genome sequenced gets a VCF.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selftwin.sources import _genotypes_vcf as vcf
from selftwin.sources._genotypes_rows import Reader, by_word, dated, header, parts
from selftwin.sources._table_text import blocks, sheets
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources._table_text import Sheet
    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

_PLACE = ("chromosome", "position")
_HEADERS = {  # without the "#" some put before it
    ("rsid", *_PLACE, "genotype"), ("rsid", *_PLACE, "result"),
    ("rsid", *_PLACE, "allele1", "allele2"), ("name", *_PLACE, "allele1", "allele2"),
}  # fmt: skip
_READERS = (
    ("genes_for_good", "Genes for Good"),  # whose files say that they are in the format of 23andMe
    ("23andme", "23andMe"), ("ancestrydna", "AncestryDNA"), ("myheritage", "MyHeritage"), ("living_dna", "Living DNA"),
    ("ftdna", "famfinder"),
)  # fmt: skip
_BUILD = re.compile(r"build\s*(3[678])", re.IGNORECASE)
_BUILDS = {"36": "ncbi36", "37": "grch37", "38": "grch38"}
_NUMBERED = {"23": "X", "24": "Y", "25": "PAR", "26": "MT"}  # as AncestryDNA numbers them
_HALF = re.compile(r"[0-][ACGTDI]|[ACGTDI][0-]")
_NOWHERE = ("0", "--", "POSITION")  # FTDNA's concatenated file repeats its header before the X chromosome
_UNREAD = ("--", "---", "-", "00", "0", "-0", "0-")


@dataclass(frozen=True, slots=True)
class Genotypes:
    """One variant a line."""

    name: str = "genotypes"
    title: str = "Genotypes (23andMe, AncestryDNA, MyHeritage, FTDNA, VCF)"
    reads: str = "Single letters of a genome."
    version: int = 2
    rank: int = 2
    how_to_export: str = "In the account of 23andMe, Ancestry, MyHeritage or FTDNA: Settings, Download raw DNA data."

    def recognises(self, member: Member) -> bool:
        """By the names of the columns, or the first line of a VCF."""
        return vcf.is_vcf(member.head(64)) or _sheet(member) is not None

    def subjects(self, member: Member) -> tuple[str, ...]:
        """The samples of a VCF; a file of raw data is one unnamed person's."""
        return vcf.people(member) if vcf.is_vcf(member.head(64)) else ()

    def read(self, member: Member, *, subject: str | None) -> Iterator[Part]:
        """Parts of at most 65,536 variants."""
        if vcf.is_vcf(member.head(64)):
            yield from vcf.read(member, subject)
            return
        if (sheet := _sheet(member)) is None:
            raise BrokenExport(f"{member.path} is no list of variants.")
        reader = _reader(sheet)
        if (told := header(reader)) is not None:
            yield told
        for block in blocks(member, sheet):
            variants = _variants(block.rows, width=len(sheet.header))
            yield from parts(member.path, variants, reader, block.first + bool(reader.build))


def _sheet(member: Member) -> Sheet | None:
    return next((sheet for sheet in sheets(member) if _plain(sheet.header) in _HEADERS), None)


def _plain(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.lstrip("# ").lower() for name in names)


def _reader(sheet: Sheet) -> Reader:
    """Who read it, and of which build, from the lines before the header; FTDNA's old files have none."""
    said = "\n".join((*sheet.before, ",".join(sheet.header)))
    name = next((name for name, mark in _READERS if mark.lower() in said.lower()), "")
    if not name and sheet.header == ("RSID", "CHROMOSOME", "POSITION", "RESULT"):
        name = "ftdna"
    found = _BUILD.search(said)
    return Reader(name, _BUILDS[found[1]] if found else "", dated(said.encode()))


def _variants(rows: pl.DataFrame, *, width: int) -> pl.DataFrame:
    """Name, chromosome, position and genotype, null where it was not read."""
    import polars as pl

    if rows.height and rows["1"].null_count() == rows.height:
        rows = _parted(rows, width)
    call = rows["3"] if width == 4 else rows.select(pl.concat_str("3", "4"))["3"]
    nowhere = pl.col("2").is_in(_NOWHERE) | pl.col("1").is_in(_NOWHERE)
    return rows.select(
        name=pl.col("0"),
        chromosome=by_word(rows["1"], lambda name: _NUMBERED.get(name, name)),
        position=pl.when(~nowhere).then(pl.col("2")),
        genotype=by_word(call, _called),
    )


def _called(letters: str) -> str | None:
    """What was read, a half-read one as `A-`; None where nothing was."""
    if letters in _UNREAD:
        return None
    call = letters.upper()
    return "".join(sorted(call.replace("0", "-"), reverse=True)) if _HALF.fullmatch(call) else call


def _parted(rows: pl.DataFrame, width: int) -> pl.DataFrame:
    """Lines that MyHeritage once quoted twice, so that each is one cell: `"rs1"",""1"",""101"",""AA"`."""
    import polars as pl

    cells = pl.col("0").str.split('","')
    return rows.select(cells.list.get(place, null_on_oob=True).alias(str(place)) for place in range(width))


SOURCE = Genotypes()
