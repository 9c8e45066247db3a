"""VCF: the variants of one or many people; a genotype is spelt out from the numbers of its alleles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from selftwin.sources._genotypes_rows import Reader, dated, header, parts
from selftwin.vocabulary.errors import BrokenExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from selftwin.sources.reader.contract import Part
    from selftwin.sources.reader.members import Member

MOST_LINES = 200_000  # of the header; assemblies have thousands of contigs
_LONGEST = 1 << 22
_BUILDS = (  # by the names of references, and by the length of the first chromosome
    ("grch38", rb"GRCh38|hg38|\bb38\b|ID=(?:chr)?1,[^>]*length=248956422"),
    ("grch37", rb"GRCh37|hg19|\bb37\b|hs37d5|human_g1k_v37|ID=(?:chr)?1,[^>]*length=249250621"),
    ("ncbi36", rb"NCBI36|hg18|\bb36\b|ID=(?:chr)?1,[^>]*length=247249719"),
    ("t2t", rb"T2T|CHM13|hs1\b|ID=(?:chr)?1,[^>]*length=248387328"),
)


def is_vcf(head: bytes) -> bool:
    """Whether the first line says so."""
    return head.removeprefix(b"\xef\xbb\xbf").startswith(b"##fileformat=VCF")


def people(member: Member) -> tuple[str, ...]:
    """The samples of the file, where they are several."""
    names = _header(member)[0][9:]
    return names if len(names) > 1 else ()


def read(member: Member, subject: str | None) -> Iterator[Part]:
    """The variants of one sample, by the block. Raises BrokenExport where the header or a line has no end."""
    columns, reader, lines = _header(member)
    if (told := header(reader)) is not None:
        yield told
    done = int(bool(reader.build))
    place = 9 + (columns[9:].index(subject) if subject in columns[9:] else 0)
    for text in _chunks(member, lines):
        rows = _rows(text, len(columns), place)
        yield from parts(member.path, _variants(rows), reader, done)
        done += rows.height


def _header(member: Member) -> tuple[tuple[str, ...], Reader, int]:
    """The names of the columns, the build the lines before them tell of, and how many bytes all that is."""
    with member.open() as stream:
        size, told = 0, b""
        for _ in range(MOST_LINES):
            line = stream.readline(_LONGEST)
            size += len(line)
            if line.startswith(b"#CHROM\tPOS\tID\tREF\tALT"):
                names = tuple(line.decode("utf-8", "replace").rstrip("\r\n").split("\t"))
                return names, Reader("vcf", _build(told), dated(told)), size
            if line.startswith((b"##reference", b"##contig", b"##assembly", b"##fileDate")) and len(told) < _LONGEST:
                told += line
            if not line.startswith((b"##", b"\xef\xbb\xbf##")):
                break
    raise BrokenExport(f"{member.path} has no line that names the columns of its variants.")


def _chunks(member: Member, skipped: int) -> Iterator[bytes]:
    """Runs of whole lines after the header."""
    with member.open() as stream:
        kept = stream.read(skipped)[:0]
        while more := stream.read(_LONGEST):
            whole, seam, kept = (kept + more).rpartition(b"\n")
            if seam:
                yield whole + seam
            elif len(kept) > 16 * _LONGEST:
                raise BrokenExport(f"{member.path} holds a line that never ends.")
        yield kept


def _rows(text: bytes, width: int, place: int) -> pl.DataFrame:
    """The columns that are read, by number: of thousands of samples one is parsed."""
    import polars as pl

    wanted = [str(one) for one in (0, 1, 2, 3, 4, 8, place)]
    there = [one for one in wanted if int(one) < width]
    if not text.strip():
        return pl.DataFrame(schema=dict.fromkeys([*wanted[:6], "call"], pl.String))
    names = "\t".join(map(str, range(width))).encode()
    rows = pl.read_csv(names + b"\n" + text, separator="\t", quote_char=None, infer_schema=False, columns=there,
                       truncate_ragged_lines=True, encoding="utf8-lossy")  # fmt: skip
    absent = [pl.lit(None, pl.String).alias(one) for one in wanted if one not in there]  # a file of sites alone
    return rows.with_columns(absent).with_columns(pl.all().str.strip_chars_end("\r")).rename({str(place): "call"})


def _build(told: bytes) -> str:
    return next((build for build, mark in _BUILDS if re.search(mark, told, re.IGNORECASE)), "")


def _variants(rows: pl.DataFrame) -> pl.DataFrame:
    """Name, chromosome, position and genotype, spelt out."""
    import polars as pl

    call = pl.when(pl.col("8").str.starts_with("GT")).then(pl.col("call").str.extract(r"^([^:]*)"))
    split = rows.with_columns(
        alleles=pl.concat_str(pl.col("3"), pl.col("4").fill_null("."), separator=",").str.split(","),
        first=call.str.extract(r"^(\d{1,3}|\.)"),
        seam=call.str.extract(r"^[\d.]+([/|])"),
        second=call.str.extract(r"^[\d.]+[/|](\d{1,3}|\.)$"),
    )
    one, two = _allele("first"), _allele("second")
    named = pl.concat_str(pl.col("0"), pl.col("1"), pl.col("3"), pl.col("4"), separator=":", ignore_nulls=True)
    return split.with_columns(one=one, two=two).select(
        name=pl.when(pl.col("2").is_null() | (pl.col("2") == ".")).then(named).otherwise(pl.col("2")),
        chromosome=pl.col("0"),
        position=pl.col("1"),
        genotype=_spelt(),
    )


def _allele(number: str) -> pl.Expr:
    import polars as pl

    which = pl.col(number).cast(pl.Int64, strict=False)
    found = pl.col("alleles").list.get(which, null_on_oob=True).str.to_uppercase().fill_null("?")
    return pl.when(pl.col(number).is_null()).then(None).when(which.is_null()).then(pl.lit("-")).otherwise(found)


def _spelt() -> pl.Expr:
    """Single letters as arrays write them, in the order of the alphabet; phased or longer alleles with their sign."""
    import polars as pl

    one, two, seam = pl.col("one"), pl.col("two"), pl.col("seam")
    lone = (one.str.len_chars() == 1) & (two.str.len_chars() == 1) & (one != "*") & (two != "*")
    short = lone & (seam == "/")
    low, high = pl.min_horizontal(one, two), pl.max_horizontal(one, two)
    unread = (one == "-") & (two.is_null() | (two == "-"))
    half = short & (low == "-")
    return (
        pl.when(unread | one.is_null())
        .then(None)
        .when(half)
        .then(high + low)
        .when(short)
        .then(low + high)
        .when(seam.is_null())
        .then(one)
        .otherwise(pl.concat_str(one, seam, two).fill_null("?"))
    )
