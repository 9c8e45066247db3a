"""Today over the sample person's twin, and what it says where there is little or nothing."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx
    from tests.web.conftest import Served


def whole(client: httpx.Client, path: str = "/today", *, without: str = 'class="preparing"') -> str:
    """The page once it no longer holds what says that it is being prepared."""
    for _ in range(150):
        answer = client.get(path)
        assert answer.status_code == 200, answer.text[:500]
        if without not in answer.text:
            return answer.text
        time.sleep(0.3)
    raise AssertionError(f"{path} was never ready")


def test_today_is_a_sentence_then_pictures_then_the_account(server: Served) -> None:
    with server.client() as client:
        text = whole(client)
    assert re.search(r"<h1>\w+day \d+ \w+", text)
    lead = text.index('class="lead"')
    assert re.search(r"as usual: \d+ signals", text[lead : lead + 3000])
    assert text.index("What comes next") > lead
    assert "Ranges hold 9 times in 10" in text
    assert "How to read this" in text
