from selftwin.vocabulary.estimate import Trust
from selftwin.web.charts.trust_mark import mark


def test_each_level_of_trust_has_its_own_shape():
    assert 'class="trust-none"' in mark(Trust.NONE, 6, 10)
    assert "trust-full" not in mark(Trust.NONE, 6, 10)
    assert mark(Trust.FIRST, 6, 10).count("<") == 2
    assert mark(Trust.TRUSTED, 6, 10) == '<circle cx="6" cy="10" r="5" class="trust-full"/>'
