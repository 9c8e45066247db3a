from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from selftwin.sources.ccda import SOURCE
from selftwin.vocabulary.errors import BrokenExport
from selftwin.vocabulary.observation import Basis

SNOMED, LOINC, RXNORM, CVX = (f"2.16.840.1.113883.{rest}" for rest in ("6.96", "6.1", "6.88", "12.292"))
HEAD = """<?xml version="1.0" encoding="utf-8"?>
<ClinicalDocument xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="urn:hl7-org:v3">
<templateId root="2.16.840.1.113883.10.20.22.1.2" extension="2014-06-09"/>
<recordTarget><patientRole><id extension="1" root="2.16.840.1.113883.4.1"/><patient>
<name use="L"><given>Ada</given><family>Example</family></name>
<administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/><birthTime value="19710506"/>
</patient></patientRole></recordTarget>
<component><structuredBody>"""
TAIL = "</structuredBody></component></ClinicalDocument>"


def template(number, year=""):
    extension = f' extension="{year}"' if year else ""
    return f'<templateId root="2.16.840.1.113883.10.20.22.4.{number}"{extension}/>'


def statement(tag, number, inner, *, given="i1", mood="EVN", more=""):
    return f'<{tag} moodCode="{mood}" {more}>{template(number)}<id root="1.2" extension="{given}"/>{inner}</{tag}>'


def section(*entries, text=""):
    inside = "".join(f"<entry>{one}</entry>" for one in entries)
    return f"<component><section><text>{text}</text>{inside}</section></component>"


def document(*sections):
    return HEAD + "".join(sections) + TAIL


def code(number, name="", system=LOINC, tag="code"):
    return f'<{tag} code="{number}" displayName="{name}" codeSystem="{system}"/>'


def result(number, value, *, time='<effectiveTime value="200803190830-0800"/>', given="r1", template_of="2"):
    told = code(number, "measured") + f'<statusCode code="completed"/>{time}{value}'
    return statement("observation", template_of, told, given=given)


def organizer(*results):
    inside = "".join(f"<component>{one}</component>" for one in results)
    return f'<organizer moodCode="EVN">{template("1")}<effectiveTime value="2008"/>{inside}</organizer>'


def concern(number, inner):
    return (
        f'<act classCode="ACT" moodCode="EVN">{template(number, "2014-06-09")}'
        '<effectiveTime><low value="199805011145-0800"/></effectiveTime>'
        f'<entryRelationship typeCode="SUBJ">{inner}</entryRelationship></act>'
    )


def drug(number, name, system):
    return (
        "<consumable><manufacturedProduct><manufacturedMaterial>"
        + code(number, name, system)
        + "</manufacturedMaterial></manufacturedProduct></consumable>"
    )


PRESSURE = organizer(
    result("8480-6", '<value xsi:type="PQ" value="132" unit="mm[Hg]"/>', template_of="27", given="s"),
    result("8462-4", '<value xsi:type="PQ" value="86" unit="mm[Hg]"/>', template_of="27", given="d"),
)
PNEUMONIA = statement(
    "observation",
    "4",
    '<effectiveTime><low value="19980310"/><high value="19980316"/></effectiveTime>'
    f'<value xsi:type="CD" code="233604007" codeSystem="{SNOMED}"><originalText><reference value="#p1"/></originalText>'
    "</value>",
)
PENICILLIN = (
    '<effectiveTime><low nullFlavor="UNK"/></effectiveTime>'
    f'<value xsi:type="CD" code="419199007" codeSystem="{SNOMED}"/><participant typeCode="CSM"><participantRole>'
    "<playingEntity>"
    + code("70618", "Penicillin", RXNORM)
    + "</playingEntity></participantRole></participant>"
)
ATENOLOL = (
    '<effectiveTime xsi:type="IVL_TS"><low value="20120318"/><high nullFlavor="UNK"/></effectiveTime>'
    '<effectiveTime xsi:type="PIVL_TS" operator="A"><period value="12" unit="h"/></effectiveTime>'
    + drug("197380", "Atenolol 25 MG", RXNORM)
)
FLU = '<effectiveTime value="20101101"/>' + drug("88", "Influenza virus vaccine", CVX)
COLONOSCOPY = code("73761001", "Colonoscopy", SNOMED) + '<statusCode code="completed"/><effectiveTime value="2012"/>'
VISIT = (
    code("99213", "Office visit", "2.16.840.1.113883.6.12")
    + '<effectiveTime><low value="20090227130000+0500"/><high value="20090227133000+0500"/></effectiveTime>'
)
SMOKER = '<effectiveTime value="20120910"/><value xsi:type="CD" code="8517006" codeSystem="2.16.840.1.113883.6.96"/>'


def everything():
    return document(
        section(PRESSURE),
        section(organizer(result("718-7", '<value xsi:type="PQ" value="13.2" unit="g/dl"/>'))),
        section(concern("3", PNEUMONIA), text='<list><item ID="p1">Pneumonia,\n left lobe</item></list>'),
        section(concern("30", statement("observation", "7", PENICILLIN))),
        section(statement("substanceAdministration", "16", ATENOLOL)),
        section(statement("substanceAdministration", "52", FLU)),
        section(statement("procedure", "14", COLONOSCOPY)),
        section(statement("encounter", "49", VISIT)),
        section(statement("observation", "78", SMOKER)),
    )


def specimen() -> dict[str, bytes]:
    """A summary of care with one statement of every kind."""
    return {"CCD.xml": everything().encode()}


@pytest.fixture(scope="module")
def read(reading):
    return lambda content: reading(SOURCE, "CCD.xml", content)


def told(rows, signal):
    return rows.filter(pl.col("signal") == signal).select("start", "stop", "value", "text").rows()


def test_a_summary_of_care_becomes_signals(read):
    rows, account = read(everything())
    assert (account.read, account.taken, account.passed, account.faulty) == (10, 10, 0, 0)
    taken = datetime(2008, 3, 19, 16, 30)
    assert told(rows, "blood_pressure.systolic") == [(taken, None, 132.0, None)]
    assert told(rows, "blood_pressure.diastolic") == [(taken, None, 86.0, None)]
    assert told(rows, "lab.haemoglobin") == [(taken, None, 13.2, None)]
    assert told(rows, "condition") == [(datetime(1998, 3, 10), datetime(1998, 3, 16), None, "Pneumonia, left lobe")]
    assert told(rows, "allergy") == [(datetime(1998, 5, 1, 19, 45), None, None, "Penicillin")]
    assert told(rows, "medicine.used") == [(datetime(2012, 3, 18), None, None, "Atenolol 25 MG")]
    assert told(rows, "immunization") == [(datetime(2010, 11, 1), None, None, "Influenza virus vaccine")]
    assert told(rows, "procedure") == [(datetime(2012, 1, 1), None, None, "Colonoscopy")]
    visit = (datetime(2009, 2, 27, 8), datetime(2009, 2, 27, 8, 30), None, "Office visit")
    assert told(rows, "encounter") == [visit]
    assert told(rows, "smoking") == [(datetime(2012, 9, 10), None, None, "former")]
    assert told(rows, "sex") == [(datetime(1971, 5, 6), None, None, "female")]
    offsets = rows.filter(pl.col("signal") == "encounter").select("basis", "offset").rows()
    assert offsets == [(Basis.INSTANT, 300)]


IN_WORDS = (
    '<value xsi:type="PQ" nullFlavor="OTH"><translation nullFlavor="OTH" value="99">'
    "<originalText>mg/dL (calc)</originalText></translation></value>"
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('<value xsi:type="PQ" value="5" unit="mmol/L"/>', ("lab.glucose", pytest.approx(90.078), None, None)),
        ('<value xsi:type="PQ" value="5" unit="kg"/>', ("other.loinc_2345_7", 5.0, None, "kg")),
        ('<value xsi:type="ST">see <b>note</b></value>', ("other.loinc_2345_7", None, "see note", None)),
        ('<value xsi:type="CD" code="1" displayName="Positive"/>', ("other.loinc_2345_7", None, "Positive", None)),
        ('<value xsi:type="IVL_PQ"><low value="1" unit="g"/><high value="2" unit="g"/></value>',
         ("other.loinc_2345_7", None, "1 g to 2 g", None)),
        ('<value xsi:type="IVL_PQ"><low value="60" unit="mg/dL"/></value>', ("lab.glucose", 60.0, ">=", None)),
        ('<value xsi:type="IVL_PQ"><low nullFlavor="NINF"/><high value="9" unit="mg/dL" inclusive="false"/></value>',
         ("lab.glucose", 9.0, "<", None)),
        (IN_WORDS, ("lab.glucose", 99.0, None, None)),
        ('<value xsi:type="PQ" value="99" unit="mg/dL"><translation value="5" unit="mmol/L"/></value>',
         ("lab.glucose", 99.0, None, None)),
    ],
)  # fmt: skip
def test_values_of_every_type_are_kept(read, value, expected):
    rows, _ = read(document(section(organizer(result("2345-7", value)))))
    kept = rows.filter(pl.col("signal") != "birth.date", pl.col("signal") != "sex")
    assert kept.select("signal", "value", "text", "unit").rows() == [expected]


NEGATED = statement("substanceAdministration", "52", FLU, more='negationInd="true"')
PLANNED = statement("procedure", "14", COLONOSCOPY, mood="INT")
NONE = PENICILLIN.replace("419199007", "716186003")


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (NEGATED, "statements that something is not so, or was cancelled, are passed over"),
        (PLANNED, "plans are passed over"),
        (concern("30", statement("observation", "7", NONE)), "statements that there is none are passed over"),
        (result("2345-7", '<value xsi:type="PQ" nullFlavor="UNK"/>'), "observations without a value are passed over"),
        (result("2345-7", '<value xsi:type="INT" value="1"/>', time=""), "statements without a date are passed over"),
        (statement("observation", "46", SMOKER), "entries of other kinds are passed over"),
    ],
)
def test_what_is_not_so_is_passed_over_with_a_reason(read, entry, why):
    _, account = read(document(section(entry)))
    assert (account.read, account.passed, list(account.notes)) == (2, 1, [why])


@pytest.mark.parametrize(
    ("number", "written", "expected"),
    [
        ("3141-9", 'value="195" unit="[lb_av]"', ("weight", 88.45)),
        ("3137-7", 'value="70" unit="[in_us]"', ("height", 1.778)),
        ("2710-2", 'value="97" unit="%"', ("oxygen_saturation", 97)),
    ],
)
def test_vital_signs_of_the_first_release_are_known(read, number, written, expected):
    rows, _ = read(document(section(organizer(result(number, f'<value xsi:type="PQ" {written}/>')))))
    signal, value = expected
    assert rows.filter(pl.col("signal") == signal)["value"].to_list() == pytest.approx([value], rel=1e-4)


def test_the_score_inside_a_questionnaire_is_read(read):
    score = '<value xsi:type="INT" value="3"/>'
    told_twice = code("69737-5", "GAD-7") + score + f'<entryRelationship>{result("70274-6", score, template_of="86")}'
    rows, account = read(document(section(statement("observation", "69", told_twice + "</entryRelationship>"))))
    assert told(rows, "survey.gad7") == [(datetime(2008, 3, 19, 16, 30), None, 3.0, None)]
    assert (account.read, account.taken) == (2, 2)


def test_a_medicine_that_was_stopped_had_been_used(read):
    stopped = '<statusCode code="aborted"/>' + ATENOLOL.replace('<high nullFlavor="UNK"/>', '<high value="20120401"/>')
    rows, _ = read(document(section(statement("substanceAdministration", "16", stopped))))
    assert told(rows, "medicine.used") == [(datetime(2012, 3, 18), datetime(2012, 4, 1), None, "Atenolol 25 MG")]


@pytest.mark.parametrize(("written", "offset"), [("20130218031000-05", -300), ("2013021803-0500", -300)])
def test_an_offset_may_be_hours_alone(read, written, offset):
    time = f'<effectiveTime value="{written}"/>'
    rows, account = read(document(section(result("718-7", '<value xsi:type="PQ" value="13" unit="g/dL"/>', time=time))))
    assert account.faulty == 0
    found = rows.filter(pl.col("signal") == "lab.haemoglobin")
    assert (found["offset"].to_list(), found["start"].dt.hour().to_list()) == ([offset], [8])


def test_an_order_is_prescribed_and_not_taken(read):
    rows, _ = read(document(section(statement("substanceAdministration", "16", ATENOLOL, mood="INT"))))
    assert "medicine.prescribed" in set(rows["signal"])


def test_an_impossible_date_and_a_broken_end_are_faults(read):
    bad = result("718-7", '<value xsi:type="PQ" value="13" unit="g/dL"/>', time='<effectiveTime value="20081399"/>')
    _, account = read(document(section(bad), section(PRESSURE))[:-60])
    assert (account.read, account.taken, account.faulty) == (4, 2, 2)
    assert account.faults[0].place == "CCD.xml, record 4"


def test_the_patient_is_named_as_records_in_fhir_name_one(member):
    assert SOURCE.subjects(member("CCD.xml", everything())) == ("Ada Example, 1971-05-06",)


def test_what_an_iphone_exports_of_itself_is_left_to_apple_health(member):
    apple = HEAD.replace('extension="1"', 'extension="Health Export CDA"') + TAIL
    assert not SOURCE.recognises(member("cda.xml", apple))
    assert not SOURCE.recognises(member("apple_health_export/export_cda.xml", everything()))
    assert not SOURCE.recognises(member("x.xml", "<HealthData>ClinicalDocument</HealthData>"))


def test_entities_are_refused(member):
    hostile = '<!DOCTYPE ClinicalDocument [<!ENTITY a "aaaa">]><ClinicalDocument><a>&a;</a></ClinicalDocument>'
    with pytest.raises(BrokenExport):
        list(SOURCE.read(member("CCD.xml", hostile), subject=None))
