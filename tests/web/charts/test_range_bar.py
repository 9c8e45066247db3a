from dataclasses import replace

import pytest
from tests.web.charts.examples import part_of_time
from tests.web.charts.reading import of_class, parsed, share, words

from selftwin.web.charts.range_bar import Part, draw


def test_the_parts_fill_the_bar_in_order():
    root = parsed(draw(part_of_time(), name="a", says="x"))
    parts = [of_class(root, f"part-{kind}")[0] for kind in ("below", "usual", "above")]
    assert [share(one) for one in parts] == pytest.approx([0, 0.01, 0.95])
    assert share(parts[-1]) + share(parts[-1], "width") == pytest.approx(1)


def test_the_aim_stands_at_its_share():
    assert share(of_class(parsed(draw(part_of_time(), name="a", says="x")), "aim")[0], "x1") == 0.7


def test_low_and_high_are_told_with_their_signs():
    said = {one.text for one in words(parsed(draw(part_of_time(), name="a", says="x")), 350)}
    assert {"▼ low 1 %", "▲ high 5 %", "94 % in range"} <= said


def test_words_that_do_not_fit_on_their_part_are_not_written_there():
    parts = [Part(0.8, "below", "low 80 %"), Part(0.1, "usual", "10 % in range"), Part(0.1, "above", "high 10 %")]
    root = parsed(draw(replace(part_of_time(), parts=parts), name="a", says="x"))
    assert "10 % in range" not in {one.text for one in words(root, 350)}
