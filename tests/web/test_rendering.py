"""Texts, addresses and templates: what is missing is loud, what comes from outside is escaped, no page names a root."""

from __future__ import annotations

import pytest

from selftwin.vocabulary.errors import SelftwinError
from selftwin.web.rendering import Texts, environment, render, texts


def test_a_text_that_is_missing_is_an_error_and_fields_are_filled_in() -> None:
    t = texts("en")
    assert t("frame.locks", minutes=14) == "Locks itself in 14 min."
    assert "frame.locks" in t
    with pytest.raises(SelftwinError, match=r"frame\.nothing"):
        t("frame.nothing")
    assert texts("tlh")("frame.name") == "Selftwin"


def test_marks_in_a_text_stay_and_what_is_filled_in_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    t = Texts("en")
    monkeypatch.setattr(t, "_words", {"a.b": "<b>{name}</b>"})
    assert t.html("a.b", name="<script>") == "<b>&lt;script&gt;</b>"


@pytest.mark.parametrize(
    ("path", "root"), [("/today", ""), ("/signals/steps", "../"), ("/signals/", "../"), ("/a/b/c", "../../"), ("/", "")]
)
def test_addresses_lead_up_as_far_as_the_page_lies_deep(path: str, root: str) -> None:
    context = {"visit": None, "page": None, "theme": "auto", "flash": [], "nav": [], "to": "", "why": ""}
    text = render("login.html", context, path=path)
    assert f'action="{root}login"' in text
    assert f'href="{root}static/' in text
    assert 'href="/' not in text


def test_what_a_person_wrote_is_escaped_and_what_a_template_lacks_is_loud() -> None:
    made = environment().from_string("{{ words }}")
    assert made.render(words="<script>alert(1)</script>") == "&lt;script&gt;alert(1)&lt;/script&gt;"
    with pytest.raises(Exception, match="undefined"):
        environment().from_string("{{ nothing }}").render()
