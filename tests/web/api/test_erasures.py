"""Erasing over HTTP: the toll alone touches nothing, and nothing goes without the passphrase."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..conftest import Served  # noqa: TID252 - the folder is no package

API = "/api/v1/erasures"


def test_the_toll_is_told_and_a_wrong_passphrase_takes_nothing(server: Served) -> None:
    with server.client() as client:
        client.headers["x-csrf"] = server.csrf(client)
        toll = client.post(f"{API}/toll", json={"signals": ["steps"]}).json()
        assert toll["total"] == sum(toll["observations"]["behavioural"].values()) > 0
        assert client.post(f"{API}/toll", json={}).status_code == 400
        assert client.post(f"{API}/toll", json={"signals": ["no.such"]}).status_code == 404
        wrong = client.post(API, json={"signals": ["steps"], "passphrase": "not it"})
        assert wrong.status_code == 401
        assert client.get(API).json() == {"certificates": []}
        assert client.get(f"{API}/erasure-9").status_code == 404
        assert client.get("/api/v1/signals/steps").json()["rows"] > 0


def test_what_is_no_day_in_words_nor_a_plain_yes_is_refused_and_never_guessed(server: Served) -> None:
    with server.client() as client:
        client.headers["x-csrf"] = server.csrf(client)
        guessed = [{"until": 0}, {"until": "0"}, {"since": "2026-11-24T10:00"}, {"everything": 1}, {"everything": "on"}]
        for meant in guessed:
            assert client.post("/api/v1/erasures/toll", json=meant).status_code == 422, meant
        assert client.post("/api/v1/erasures/toll", json={"until": "1990-01-01"}).status_code == 200
