import pytest
from tests.web.charts.reading import of_class, parsed, share

from selftwin.web.charts.risk import Chance, bars, people


@pytest.mark.parametrize(("chance", "sure", "may"), [(Chance(0.12, 0.08, 0.18), 8, 10), (Chance(0, 0, 0), 0, 0),
                                                     (Chance(1, 1, 1), 100, 0)])  # fmt: skip
def test_of_a_hundred_people_as_many_are_filled_as_the_chance_says(chance, sure, may):
    wide = of_class(parsed(people(chance, name="a", says="x")), "chart-body")[0]
    heads = [one.get("class") for one in wide.iter("circle")]
    assert len(heads) == 100
    assert heads.count("person-next-sure") == sure
    assert heads.count("person-next-may") == may


def test_what_is_imagined_is_plum():
    root = parsed(people(Chance(0.1, 0.05, 0.2, imagined=True), name="a", says="x"))
    assert of_class(root, "person-if-sure")
    assert of_class(root, "person-next-sure") == []


def test_bars_stand_on_one_scale_from_nothing():
    root = parsed(bars([Chance(0.2, 0.1, 0.4), Chance(0.1, 0.05, 0.2, imagined=True)], name="a", says="x", most=0.5))
    (first,), (second,) = of_class(root, "next90"), of_class(root, "if90")
    assert (share(first), share(first, "width")) == (0.2, 0.6)
    assert (share(second), share(second, "width")) == (0.1, 0.3)
