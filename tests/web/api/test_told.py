"""How the answers of a route are described: one way, and a job is told from an answer that is still worked out."""

from __future__ import annotations

from selftwin import discover
from selftwin.web.api._told import BEGUN, JOB, told


def test_a_route_that_begins_a_job_answers_by_that_alone() -> None:
    begun, asked = told(JOB, code=BEGUN), told({"mood": 4})
    assert 200 not in begun
    assert begun[BEGUN]["content"]["application/json"]["example"] == JOB
    assert asked[200]["content"]["application/json"]["example"] == {"mood": 4}
    assert "Retry-After" in asked[BEGUN]["description"]


def test_whatever_begins_a_job_says_so_in_its_description() -> None:
    every = [route for router in discover.routes() for route in router.routes]
    begins = [route for route in every if getattr(route, "status_code", None) == BEGUN]
    told_so = [route for route in begins if 200 not in route.responses and "content" in route.responses.get(BEGUN, {})]
    assert {"/erasures", "/backups", "/imports/waiting/{parcel}/keep"} <= {route.path for route in told_so}
