"""The bill of materials names every pin of the lock, with its hashes, and is the same each time."""

from __future__ import annotations

import json

import pytest
from checks.advisories import LOCK, pins
from checks.bill import bill


def test_the_bill_names_every_pin_with_its_hashes() -> None:
    told = json.loads(bill())
    parts = told["components"]
    named = {(part["name"].lower().replace("_", "-").replace(".", "-"), part["version"]) for part in parts}
    assert named == pins(LOCK)
    assert all(part["externalReferences"][0]["hashes"] for part in parts)
    assert told["metadata"]["component"]["name"] == "selftwin"


@pytest.mark.deep
def test_the_bill_is_the_same_each_time() -> None:
    assert bill() == bill()
