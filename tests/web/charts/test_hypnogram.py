from tests.web.charts.examples import night
from tests.web.charts.reading import of_class, parsed, share

from selftwin.web.charts.hypnogram import draw


def test_deep_is_tall_dream_lower_light_lowest_and_awake_nothing():
    root = parsed(draw(night(), name="a", says="x"))
    kinds = ("part-ink", "part-ink2", "part-edge")
    deep, dream, light = (float(of_class(root, kind)[0].get("height")) for kind in kinds)
    assert deep > dream > light
    stages = [stage for _, _, stage in night().stages]
    assert len(list(root.iter("rect"))) == len(stages) - stages.count("awake")


def test_a_stage_lies_on_its_part_of_the_night():
    root = parsed(draw(night(), name="a", says="x"))
    first = of_class(root, "part-ink")[0]
    assert (round(share(first), 4), round(share(first, "width"), 4)) == (0.0417, 0.0417)
