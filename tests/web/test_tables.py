"""Rows of tables as markup: under the names of their columns, with nothing that could be taken for markup."""

from __future__ import annotations

from markupsafe import Markup

from selftwin.web import tables


def test_each_cell_carries_the_words_of_its_column_and_its_class() -> None:
    said = tables.body([Markup("<b>Day</b> & night"), ("Steps", "figure")], [("24 November", "8,412")])
    assert said == (
        '<tr><td data-column="Day &amp; night">24 November</td><td data-column="Steps" class="figure">8,412</td></tr>\n'
    )


def test_hostile_words_stay_words_and_markup_stays_markup() -> None:
    said = tables.body(['Note "x"', "How"], [("<script>alert(1)</script>", Markup("<em>much</em>"))])
    assert "<script>" not in said
    assert "&lt;script&gt;" in said
    assert "<em>much</em>" in said
    assert 'data-column="Note &#34;x&#34;"' in said


def test_a_table_without_rows_is_empty() -> None:
    assert tables.body(["Day"], []) == ""
