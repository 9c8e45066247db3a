"""Keeping and ending: the toll before the going, a certificate after it, backups that were tried, copies, rights."""

from __future__ import annotations

import io
import json
import time
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from selftwin.vocabulary.errors import UsageError
from selftwin.web.page import Form
from selftwin.web.pages._keep_erase import said, target

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from ..conftest import Served  # noqa: TID252 - the folder is no package

WORDS = "four words in a row"


def ended(client: httpx.Client, kind: str) -> dict[str, Any]:
    """The newest job of a kind, once it is over."""
    for _ in range(200):
        found: list[dict[str, Any]] = [job for job in client.get("/api/v1/jobs").json()["jobs"] if job["kind"] == kind]
        if found and found[-1]["state"] in {"done", "failed", "stopped"}:
            return found[-1]
        time.sleep(0.2)
    raise AssertionError(f"{kind} never ended")


def ready(client: httpx.Client, path: str, words: str) -> str:
    """A page once it says something."""
    for _ in range(100):
        text = client.get(path).text
        if words in text:
            return text
        time.sleep(0.2)
    raise AssertionError(f"{path} never said {words!r}")


def test_a_form_says_what_is_to_go_and_nothing_else() -> None:
    form = Form([("signal", "weight, steps"), ("import", "3"), ("since", "2026-01-01"), ("passphrase", "secret")])
    wanted = target(form)
    assert (wanted.signals, wanted.batches) == (("weight", "steps"), (3,))
    assert "secret" not in str(said(form))
    for pairs in ([], [("import", "x")], [("everything", "yes"), ("signal", "weight")], [("since", "soon")]):
        with pytest.raises(UsageError):
            target(Form(pairs))


def test_copies_and_rights_are_one_press_away(own_server: Served) -> None:
    with own_server.client() as client:
        client.headers.update({"origin": own_server.root, "x-csrf": own_server.csrf(client)})
        for path in ("/keep", "/keep/backups", "/keep/copies", "/keep/rights"):
            assert client.get(path).status_code == 200
        client.post("/consent/introduce", data={"name": "Your doctor", "id": "doctor"})
        nothing = client.post("/keep/summary", data={"party": "doctor", "format": "html", "days": "30d"})
        assert nothing.status_code == 400
        client.post("/api/v1/grants", json={"party": "doctor", "terms": {"template": "doctor", "by": "daily"}})
        made = client.post("/keep/summary", data={"party": "doctor", "format": "html", "days": "30d"},
                           follow_redirects=True)  # fmt: skip
        assert "Your doctor" in made.text
        letter = client.post("/keep/letter", data={"to": "A service", "ask": "access", "law": "gdpr", "format": "txt"},
                             follow_redirects=True)  # fmt: skip
        assert "A service" in letter.text
        assert "A service" in client.get("/keep/rights").text
        assert client.post("/keep/answered", data={"letter": "letter-1"}).status_code == 303
        wrong = client.post("/keep/rectify", data={"signal": "weight", "at": "1999-01-01", "value": "80"})
        assert wrong.status_code == 400
        assert 'value="1999-01-01"' in wrong.text


@pytest.mark.deep
def test_everything_is_fetched_in_open_formats_once(own_server: Served) -> None:
    with own_server.client() as client:
        client.headers.update({"origin": own_server.root, "x-csrf": own_server.csrf(client)})
        client.post("/keep/export", data={"format": "csv"})
        assert ended(client, "export")["state"] == "done"
        archive = zipfile.ZipFile(io.BytesIO(client.get("/file/selftwin-export.zip").content))
        assert any(name.endswith(".csv") for name in archive.namelist())
        assert client.get("/file/selftwin-export.zip").status_code == 404


def test_what_went_is_certified_a_backup_is_tried_and_after_everything_there_is_no_twin(
    own_server: Served, tmp_path: Path
) -> None:
    with own_server.client() as client:
        client.headers.update({"origin": own_server.root, "x-csrf": own_server.csrf(client)})
        client.post("/keep/backup", data={"place": str(tmp_path / "away")})
        assert ended(client, "backup")["state"] == "done"
        client.post("/keep/try", data={"place": str(tmp_path / "away")})
        tried = ended(client, "backup-try")
        assert tried["words"].startswith("Tested: a new capsule"), tried
        ready(client, "/keep?signal=weight", "Erase this for good")
        wrong = client.post("/keep/erase", data={"signal": "weight", "sure": "yes", "passphrase": "not it"})
        assert wrong.status_code == 400
        assert "not it" not in wrong.text
        unsure = client.post("/keep/erase", data={"signal": "weight", "passphrase": WORDS})
        assert "Nothing was erased." in unsure.text
        assert client.get("/api/v1/erasures").json() == {"certificates": []}
        client.post("/keep/erase", data={"signal": "weight", "sure": "yes", "passphrase": WORDS})
        assert ended(client, "erase")["state"] == "done"
        assert "weight" not in {one["signal"] for one in client.get("/api/v1/signals").json()["signals"]}
        given = client.post("/keep/certificate", data={"name": "erasure-1"}, follow_redirects=True)
        assert json.loads(given.content)["name"] == "erasure-1"
        gone = client.post("/keep/erase", data={"everything": "yes", "sure": "yes", "passphrase": WORDS})
        assert gone.status_code == 200
        assert "There is no twin here any more" in gone.text
        assert client.get("/today").status_code == 303
        assert client.get("/api/v1/signals").status_code == 423
