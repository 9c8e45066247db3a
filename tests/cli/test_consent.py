"""Consent as a person uses it: in plain words, with data on demand, as short to withdraw as to give."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from selftwin.cli import app

if TYPE_CHECKING:
    from pathlib import Path

CARE = "sector-health:PatientMonitoring"
COMMANDS = [name for name, _, _ in app.commands("trust/consent")]
GRANT = ("consent", "grant", "doctor", "--template", "doctor", "--signal", "heart_rate.resting", "--by", "daily")


def test_every_part_is_a_word_people_type(shell) -> None:
    assert {"grant", "revoke", "show", "preview", "ask", "explain", "pass-on", "break-glass", "purposes", "templates",
            "receipt", "parties"} <= set(COMMANDS)  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_each_part_explains_itself_and_can_answer_with_data(name: str, shell) -> None:
    told = shell("consent", name, "--help")
    assert told.code == 0
    assert "--json" in told.out


def test_at_first_nobody_but_you_sees_anything(twin) -> None:
    told = twin("consent")
    assert told.code == 0
    assert "Nobody but you may see anything." in told.out
    assert "I learn from your physiological, behavioural," in told.out


def test_a_grant_is_told_as_a_sentence_with_the_way_back(twin) -> None:
    twin("consent", "parties", "add", "doctor", "The doctor")
    told = twin(*GRANT, "--last", "30d")
    assert told.out.startswith("The doctor may see one value a day of resting heart rate from 11 February 2026 on, ")
    assert "to treat you, until " in told.out
    assert "Withdraw it: selftwin consent revoke doctor-1" in told.out


def test_somebody_new_is_introduced_and_granted_in_one_step(twin) -> None:
    told = twin("consent", "grant", "coach", "--name", "Somebody", "--template", "coach")
    assert told.out.startswith("Somebody may see what I believe of ordinary and health data about your body and what")
    assert twin("consent", "show", "coach").out.startswith("Somebody")


def test_the_doctor_sees_what_was_granted_and_no_more(doctor) -> None:
    seen = doctor("show", "heart_rate.resting", "--as", "doctor", "--json").data
    assert (seen["by"], len(seen["rows"])) == ("daily", 30)
    assert seen["rows"][0]["day"] == "2026-02-11"
    raw = doctor("show", "heart_rate.resting", "--as", "doctor", "--by", "raw")
    assert (raw.code, "that finely" in raw.err) == (3, True)
    other = doctor("show", "steps", "--as", "doctor")
    assert (other.code, "never granted behavioural data. Nothing was read." in other.err) == (3, True)
    assert "resting heart rate" in doctor("show", "heart_rate.resting", "--as", "doctor").out.lower()


def test_the_preview_is_what_the_doctor_then_sees(doctor) -> None:
    before = doctor("consent", "preview", "doctor", "heart_rate.resting", "--json").data
    assert before == doctor("show", "heart_rate.resting", "--as", "doctor", "--json").data
    (found,) = doctor("consent", "preview", "doctor", "--json").data["previews"]
    (glimpse,) = found["signals"]
    assert (found["purpose"], glimpse["rows"], glimpse["first"], glimpse["newest"]) == (
        CARE, 30, "2026-02-11", "2026-03-12",
    )  # fmt: skip
    told = doctor("consent", "preview", "doctor")
    assert "What The doctor would see to treat you" in told.out
    assert "60 a minute" in told.out


def test_the_doctors_look_is_on_record_as_the_doctors(doctor) -> None:
    doctor("show", "heart_rate.resting", "--as", "doctor")
    doctor("consent", "preview", "doctor")
    lines = doctor("audit", "--json").data
    text = json.dumps(lines)
    assert '"doctor"' in text
    assert '"preview"' in text


def test_the_signals_are_listed_as_the_doctor_may_see_them(doctor) -> None:
    found = doctor("signals", "--as", "doctor", "--json").data["signals"]
    assert [(one["signal"], one["by"], one["rows"]) for one in found] == [("heart_rate.resting", "daily", 30)]
    assert "daily" in doctor("signals", "--as", "doctor").out


def test_withdrawing_is_one_word_and_holds_at_the_next_look(doctor) -> None:
    told = doctor("consent", "revoke", "doctor")
    assert told.out.startswith("doctor-1 is withdrawn.")
    after = doctor("show", "heart_rate.resting", "--as", "doctor")
    assert (after.code, "withdrawn. Nothing was read." in after.err) == (3, True)
    assert doctor("signals", "--as", "doctor").code == 3
    assert "Nobody but you may see anything." in doctor("consent").out
    assert "doctor-1, withdrawn" in doctor("consent", "show", "doctor").out
    again = doctor("consent", "revoke", "doctor")
    assert (again.code, "holds no grant" in again.err) == (2, True)


def test_a_refusal_is_explained_with_what_would_change_it(doctor) -> None:
    told = doctor("consent", "explain", "doctor", "steps")
    assert told.code == 0
    assert told.out.startswith("✕ refused: doctor to read steps, daily, to treat you.")
    assert "selftwin consent grant doctor --purpose care --signal steps --by daily" in told.out
    allowed = doctor("consent", "explain", "doctor", "heart_rate.resting", "--json").data
    assert (allowed["allowed"], allowed["decided"]) == (True, ["doctor-1"])
    finer = doctor("consent", "explain", "doctor", "heart_rate.resting", "--by", "raw", "--json").data
    assert [test["dimension"] for test in finer["tried"][0]["tests"] if not test["holds"]] == ["granularity"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("grant", "docter", "--template", "doctor"), 2, "Did you mean doctor?"),
        (("grant", "doctor", "--template", "docter"), 2, "Did you mean doctor?"),
        (("grant", "doctor", "--signal", "weight"), 2, "needs a purpose"),
        (("grant", "doctor", "--purpose", "care"), 2, "must say what may be seen"),
        (("grant", "doctor", "--purpose", "marketing", "--signal", "weight"), 3, "Marketing never sees"),
        (("grant", "doctor", "--template", "doctor", "--signal", "place.visit"), 2, "never shows location data"),
        (("grant", "doctor", "--purpose", "care", "--signal", "wieght"), 2, "Did you mean weight"),
        (("grant", "doctor", "--purpose", "care", "--signal", "weight", "--for", "soon"), 2, "no length of time"),
        (("grant", "doctor", "--purpose", "care", "--signal", "weight", "--until", "2020-01-01"), 2, "end before"),
        (("grant", "owner", "--purpose", "care", "--signal", "weight"), 2, "yours"),
        (("revoke", "doctr-1"), 2, "Did you mean doctor-1"),
        (("explain", "doctor", "weight", "--by", "hourly"), 2, "no granularity"),
        (("receipt",), 2, "Name a grant"),
        (("ask", "approve", "7"), 2, "no request 7"),
    ],
)
def test_words_that_are_off_are_met_with_what_to_do(doctor, words: tuple[str, ...], code: int, said: str) -> None:
    told = doctor("consent", *words)
    assert (told.code, told.out) == (code, "")
    assert said in told.err


def test_a_request_is_answered_in_one_line(doctor) -> None:
    doctor("consent", "parties", "add", "lab", "The lab", "--kind", "organisation")
    asking = ("consent", "ask", "new", "lab", "--template", "researcher")
    asked = doctor(*asking, "--signal", "steps", "--why", "For a study")
    assert "Request 1 of The lab" in asked.out
    assert "1 request waits for your answer" in doctor("consent").out
    assert "1 request waits for your answer" in doctor("today").out
    shown = doctor("consent", "ask").out
    assert "The lab (lab, organisation)" in shown
    assert "scientific research" in shown
    assert "For a study" in shown
    more = doctor("consent", "ask", "approve", "1", "--by", "daily")
    assert (more.code, "more than was asked" in more.err) == (2, True)
    done = doctor("consent", "ask", "approve", "1", "--for", "7d")
    assert "Withdraw it: selftwin consent revoke lab-1" in done.out
    assert doctor("consent", "ask").out.startswith("Nobody asks for anything.")
    doctor(*asking)
    assert "Request 2 is declined." in doctor("consent", "ask", "decline", "2").out
    states = [one["state"] for one in doctor("consent", "ask", "--all", "--json").data["requests"]]
    assert states == ["approved", "declined"]


def test_an_emergency_opens_once_and_you_are_told_wherever_you_look(doctor) -> None:
    given = doctor("consent", "grant", "sister", "--name", "Somebody", "--template", "emergency")
    assert given.out.startswith("Somebody may, in an emergency, once and for an hour")
    assert doctor("show", "heart_rate.resting", "--as", "sister").code == 3
    assert doctor("consent", "break-glass", "sister-1").code == 2
    opened = doctor("consent", "break-glass", "sister-1", "--reason", "found on the floor")
    assert "The owner is told" in opened.out
    assert doctor("show", "heart_rate.resting", "--as", "sister").code == 0
    assert "sister opened sister-1 in an emergency: found on the floor" in doctor("today").out
    assert "found on the floor" in doctor("consent").out
    assert doctor("consent", "break-glass", "sister-1", "--reason", "again").code == 3
    doctor("consent", "revoke", "sister-2")
    assert doctor("show", "heart_rate.resting", "--as", "sister").code == 3


def test_what_is_passed_on_closes_with_what_it_came_from(doctor) -> None:
    doctor("consent", "parties", "add", "lab", "The lab")
    refused = doctor("consent", "pass-on", "doctor-1", "lab")
    assert (refused.code, "may not pass" in refused.err) == (3, True)
    doctor("consent", "grant", "doctor", "--purpose", "care", "--signal", "steps", "--by", "raw", "--may-pass-on")
    passed = doctor("consent", "pass-on", "doctor-2", "lab", "--by", "daily", "--for", "3d")
    assert passed.out.startswith("The lab may see one value a day of steps, to treat you, until ")
    assert doctor("show", "steps", "--as", "lab").code == 0
    gone = doctor("consent", "revoke", "doctor-2")
    assert "closed as well: lab-1" in gone.out
    assert doctor("show", "steps", "--as", "lab").code == 3
    assert "lab-1, closed" in doctor("consent", "show", "lab").out


def test_a_receipt_is_given_out_and_checked(doctor, tmp_path: Path) -> None:
    place = tmp_path / "receipt.json"
    assert doctor("consent", "receipt", "doctor-1", "--out", place).code == 0
    assert doctor("consent", "receipt", "doctor-1", "--out", place).code == 2
    key = json.loads(place.read_text())["dct:publisher"]["selftwin:key"]
    told = doctor("consent", "receipt", "--verify", place, "--key", key)
    assert told.out.startswith("✓ The receipt holds")
    assert doctor("consent", "receipt", "--verify", place).out == told.out
    doctor("consent", "revoke", "doctor-1")
    after = doctor("consent", "receipt", "doctor-1").data
    place.write_text(json.dumps(after))
    assert "It was withdrawn on" in doctor("consent", "receipt", "--verify", place, "--key", key).out
    place.write_text(json.dumps(after).replace("The doctor", "The docter"))
    spoilt = doctor("consent", "receipt", "--verify", place, "--key", key)
    assert (spoilt.code, "was changed" in spoilt.err) == (1, True)


def test_the_twins_own_models_are_switched_off_and_on_by_category(twin) -> None:
    assert "have forgotten" in twin("consent", "revoke", "models-behavioural").out
    assert "not from behavioural." in twin("consent").out
    today = twin("today")
    assert today.code == 0
    assert "You switched off what I learn from behavioural data" in today.out
    names = [one["signal"] for one in twin("today", "--json").data["signals"]]
    assert names == ["heart_rate.resting"]
    assert twin("show", "steps").code == 0
    refused = twin("forecast", "steps")
    assert (refused.code, "The grant to models was withdrawn." in refused.err) == (3, True)
    again = twin("consent", "grant", "models", "--category", "behavioural")
    assert "until you withdraw it" in again.out
    assert twin("forecast", "steps").code == 0
    assert "switched off" not in twin("today").out


def test_one_who_may_see_insights_sees_beliefs_and_no_days(twin) -> None:
    twin("learn")
    twin("consent", "grant", "coach", "--name", "Somebody", "--template", "coach", "--signal", "steps")
    seen = twin("show", "steps", "--as", "coach", "--json").data
    assert (seen["by"], seen["rows"]) == ("insight", None)
    assert {one["kind"] for one in seen["beliefs"]} == {"normal", "forecast"}
    assert twin("show", "steps", "--as", "coach").out.startswith("Steps: ")
    assert "insight" in twin("signals", "--as", "coach").out
    assert twin("forecast", "steps", "--as", "coach").out.startswith("Steps: expected near ")
    other = twin("forecast", "heart_rate.resting", "--as", "coach")
    assert (other.code, "may see no forecast" in other.err) == (3, True)


def test_a_receipt_is_written_for_its_owners_eyes_alone(doctor, tmp_path) -> None:
    file = tmp_path / "receipt.json"
    assert doctor("consent", "receipt", "doctor-1", "--out", file).code == 0
    assert file.stat().st_mode & 0o077 == 0
    assert doctor("consent", "receipt", "doctor-1", "--out", file).code == 2


def test_purposes_and_templates_are_listed_without_a_twin(shell) -> None:
    short = shell("consent", "purposes")
    assert "to treat you" in short.out
    assert "to sell you things, never of body" in short.out
    every = shell("consent", "purposes", "--json").data["purposes"]
    assert len(every) > 150
    assert {one["key"] for one in every if one["marketing"]} == {
        "dpv:Advertising", "dpv:DirectMarketing", "dpv:Marketing", "dpv:PersonalisedAdvertising", "dpv:PublicRelations",
        "dpv:SellDataToThirdParties", "dpv:SellInsightsFromData", "dpv:SocialMediaMarketing", "dpv:TargetedAdvertising",
    }  # fmt: skip
    assert "A doctor who treats you" in shell("consent", "templates").out
    assert len(shell("consent", "templates", "--json").data["templates"]) == 7


def test_everything_granted_is_data_as_well(doctor) -> None:
    found = doctor("consent", "--json").data
    (grants,) = [one["grants"] for one in found["parties"] if one["id"] == "doctor"]
    assert (grants[0]["state"], grants[0]["granularity"], grants[0]["withdraw"]) == (
        "open", "daily", "selftwin consent revoke doctor-1",
    )  # fmt: skip
    assert found["requests"] == found["bars"] == found["notices"] == []
