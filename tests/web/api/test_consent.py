"""Consent over HTTP: the owner grants and withdraws; a party by its token sees its own, may ask, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from ..conftest import Served  # noqa: TID252 - the folder is no package

API = "/api/v1"
TERMS = {"template": "coach", "signals": ["steps"], "by": "daily", "lasts": "7d"}


def test_a_party_asks_is_granted_and_is_shut_out_again(own_server: Served) -> None:
    with own_server.client() as client:
        client.headers["x-csrf"] = own_server.csrf(client)
        for party, name in (("coach", "Your coach"), ("other", "Somebody else")):
            made = client.post(f"{API}/parties", json={"id": party, "name": name, "kind": "software"})
            assert made.json()["id"] == party
        token = client.post(f"{API}/tokens", json={"party": "coach", "label": "app"}).json()
        assert token["open"]
        assert "token" not in client.get(f"{API}/tokens").json()["tokens"][0]
        held = client.post(f"{API}/grants", json={"party": "other", "terms": TERMS}).json()
        with httpx.Client(base_url=own_server.root, timeout=60) as coach:
            coach.headers["authorization"] = f"Bearer {token['token']}"
            assert coach.get(f"{API}/grants").json() == {"grants": []}
            asked = coach.post(f"{API}/requests", json={"party": "other", "terms": TERMS, "why": "To plan runs."})
            assert asked.json()["party"] == "coach", "it asked in another's name"
            assert [one["party"] for one in coach.get(f"{API}/requests").json()["requests"]] == ["coach"]
            assert coach.get(f"{API}/signals/steps").status_code == 403
            assert coach.get(f"{API}/grants/{held['id']}/receipt").status_code == 404
            assert coach.post(f"{API}/requests/1/approve").status_code in {403, 423}
            assert coach.post(f"{API}/grants", json={"party": "coach", "terms": TERMS}).status_code in {403, 423}

            more = client.post(f"{API}/requests/1/approve", json={"by": "raw"})
            assert more.status_code == 400
            done = client.post(f"{API}/requests/1/approve", json={"lasts": "2d"}).json()
            assert done["state"] == "approved"
            assert coach.get(f"{API}/signals/steps").json()["rows"] > 0
            assert coach.get(f"{API}/grants/{done['grant']}/receipt").status_code == 200
            assert client.delete(f"{API}/grants/{done['grant']}").json()["state"] == "withdrawn"
            assert coach.get(f"{API}/signals/steps").status_code == 403
            assert client.delete(f"{API}/tokens/{token['id']}").json()["open"] is False
            assert coach.get(f"{API}/signals").status_code == 403

        seen = client.get(f"{API}/preview/other").json()["previews"]
        assert [one["signal"] for one in seen[0]["signals"]] == ["steps"]
        told = client.post(f"{API}/grants/preview", json={"party": "other", "terms": TERMS}).json()
        assert told["signals"] == ["steps"]
        assert "to coach you" in told["sentence"]
        lines = client.get(f"{API}/audit", params={"party": "coach", "refused": True}).json()["lines"]
        assert {one["signal"] for one in lines} == {"steps"}
        totals = {one["party"]: one for one in client.get(f"{API}/audit/totals").json()["totals"]}
        assert totals["coach"]["refusals"] == len(lines)
