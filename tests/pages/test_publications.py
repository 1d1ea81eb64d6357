"""The report on a published term: what it says, that it prints and is a tagged PDF, and that no student is in it."""

from __future__ import annotations

import io
import re

import pytest
from fastapi import FastAPI
from pypdf import PdfReader
from sqlmodel import Session, delete, select

from placement.callers import Role
from placement.database import open_session
from placement.reading.term_reports import resources
from placement.tables import Plan, PlanDocument, Publication, Run, RunEnd
from tests.pages.browsing import text_of
from tests.pages.conftest import Browse
from tests.pages.reporting import FAIRNESS, group, tell

pytestmark = pytest.mark.one_database

PAGE = "/terms/VT2027/publications/1"


def publish_again(store: Session) -> None:
    """Publish another run's plan for the term."""
    store.add(Publication(term_id="trm_a", run_id="run_over", number=2, published_by="CKU", placed=3, moved=2, ended=1))
    store.commit()


def test_the_report_says_what_the_plan_came_to(browse: Browse, store: Session) -> None:
    tell(store)
    told = text_of(browse().get(PAGE))
    for part in (
        "VT2027: publication 1",
        "by Ada Lind · run 2, ordered",
        "In force Get it as PDF",
        "60 requests took part. 48 have a place and 12 are without one (20.0%).",
        "The plan is proven best: no other plan can cost less with the weights that apply.",
        "It is the term's first publication. Placements that were added: 1. That moved: 0. That ended: 0.",
        "Karolinska Institutet 40 36 4 90.0%",
        "nurse 60 48 12 80.0%",
        "City of Stockholm 300 240 80.0%",
        "The municipalities take 100.0% of all student-weeks.",
        "All 48 31 50 80 25.0% 50.0%",
        "outside the county 20 8 40.0% 55 –",
        "Tallgården nurse weeks 53–4 981",
        "Tallgården nurse week 3 12",
        "For comparison, a student without a place costs 1,000.",
        "Karolinska Institutet 1 200 1 0 0 1",
        "Umeå University City of Stockholm 40 45 5",
        "placement-solver 9.8.7, 2 threads",
        "Travel Journeys are short. Each minute one way costs the weight. 1",
        "Rules that no plan breaks",
        "Statistics Sweden (SCB), CC0.",
        "GeoNames (geonames.org), CC BY 4.0, unchanged.",
        "No student is named.",
    ):
        assert part in told, (part, told)


def test_no_student_is_in_the_report(browse: Browse, store: Session) -> None:
    tell(store)
    page = browse().get(PAGE).text
    assert not re.search(r"\b(stu|req|pla)_", page)


def test_what_is_not_proven_is_said_in_words(browse: Browse, store: Session) -> None:
    tell(store)
    plan = store.exec(select(Plan).where(Plan.run_id == "run_a")).one()
    plan.objective, plan.bound = 200_000, 199_900
    store.commit()
    assert "No plan can be more than 0.05% better." in text_of(browse().get(PAGE))
    assert "Ingen plan kan vara mer än 0,05 % bättre." in text_of(browse(language="sv").get(PAGE))
    plan.bound = 199_999
    store.add(plan)
    store.commit()
    assert "No plan can be more than 0.01% better." in text_of(browse().get(PAGE))  # never told as nothing


def test_a_later_publication_is_told_beside_the_one_before(browse: Browse, store: Session) -> None:
    tell(store)
    tell(store, "run_over", {**FAIRNESS, "everyone": group(None, 60, 55, 28)})
    publish_again(store)
    browser = browse()
    old = text_of(browser.get(PAGE))
    assert "Replaced by publication 2" in old
    assert "To the publication in force" in old
    told = text_of(browser.get("/terms/VT2027/publications/2"))
    for part in (
        "Placements that were added: 3. That moved: 2. That ended: 1.",
        "Publication 1 was made on",
        "Have a place 48 55",
        "Journey, median, minutes 31 28",
    ):
        assert part in told, (part, told)


def test_a_plan_before_that_is_erased_is_said_to_be_no_more(browse: Browse, store: Session) -> None:
    tell(store, "run_over", None)
    publish_again(store)
    store.exec(delete(PlanDocument).where(PlanDocument.plan_id == "pln_a"))  # type: ignore[arg-type]
    store.commit()
    told = text_of(browse().get("/terms/VT2027/publications/2"))
    assert "The plan is older than the figures that the report is made from." in told
    assert "Have a place – –" in told
    store.exec(delete(Plan).where(Plan.id == "pln_a"))  # type: ignore[arg-type]
    store.commit()
    told = text_of(browse().get("/terms/VT2027/publications/2"))
    assert "The plan published before this one is no more." in told
    assert browse().get(PAGE).status_code == 404


def test_what_a_plan_does_not_have_has_no_section(browse: Browse, store: Session) -> None:
    tell(store, places=[], fairness={**FAIRNESS, "agreements": [], "providers": [], "institutions": [], "homes": []})
    told = text_of(browse().get(PAGE))
    for part in ("What one more place is worth", "The agreements", "The places: offered and used", "Fairness"):
        assert part not in told, part


def test_institutions_and_professions_of_few_are_left_out_and_the_report_says_so(
    browse: Browse, store: Session
) -> None:
    few = [group("org_ki", 40, 36, 25), group("org_b", 20, 12, 45), group("org_c", 3, 1, 45)]
    homes = [group("org_city", 40, 36, 20), group("outside", 20, 12, 55), group("0162", 3, 1, 30)]
    taught = [
        {"institution": "org_ki", "profession": "nurse", "placed": 36, "unplaced": 4},
        {"institution": "org_b", "profession": "midwife", "placed": 12, "unplaced": 8},
        {"institution": "org_c", "profession": "physician", "placed": 1, "unplaced": 2},
    ]
    tell(
        store,
        fairness={
            **FAIRNESS,
            "institutions": few,
            "homes": homes,
            "programmes": taught,
            "municipal": {"placed_share": None},
        },
    )
    told = text_of(browse().get(PAGE))
    assert "Lärosäten and professions with so few requests" in told
    assert "Home municipalities with so few requests" in told
    assert "physician" not in told
    assert "midwife" not in told  # it would give away the small one
    assert "The municipalities take" not in told


def test_floors_that_are_reached_or_missed_by_many_are_said(
    browse: Browse, store: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(store, fairness={**FAIRNESS, "agreements": FAIRNESS["agreements"][:1]})
    assert "Every floor is reached." in text_of(browse().get(PAGE))
    monkeypatch.setattr(resources, "SHORT_MOST", 1)
    tell(store, fairness={**FAIRNESS, "agreements": FAIRNESS["agreements"][1:] * 2})
    assert "2 agreements are below their floor; the 1 that lack most have a row." in text_of(browse().get(PAGE))


def test_how_the_run_was_ordered_and_ended_is_told(browse: Browse, app: FastAPI, store: Session) -> None:
    tell(store)
    with open_session(app.state.engine) as session:
        run = session.get_one(Run, "run_a")
        run.ended_because, run.options = RunEnd.NOTHING_BETTER, {"in_county_only": True}
        session.add(run)
    told = text_of(browse().get(PAGE))
    assert "Ended because nothing better was found" in told
    assert "the county's own only" in told


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_report_is_a_tagged_pdf_that_knows_its_language_and_title(
    browse: Browse, store: Session, language: str
) -> None:
    tell(store)
    answer = browse(language=language).get(f"{PAGE}.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert f"placeringar-VT2027-1-{language}.pdf" in answer.headers["content-disposition"]
    made = PdfReader(io.BytesIO(answer.content))
    assert str(made.root_object["/MarkInfo"]) == "{'/Marked': True}"
    assert "/StructTreeRoot" in made.root_object
    assert str(made.root_object["/Lang"]) == language
    assert made.metadata is not None
    first = {"sv": "Placeringar VT2027: publicering 1", "en": "Placements VT2027: publication 1"}[language]
    assert made.metadata.title == first
    assert first in made.pages[0].extract_text().replace("\N{NO-BREAK SPACE}", " ")


def test_a_replaced_publication_says_so_in_its_pdf(browse: Browse, store: Session) -> None:
    tell(store)
    tell(store, "run_over")
    publish_again(store)
    made = PdfReader(io.BytesIO(browse().get(f"{PAGE}.pdf").content))
    assert "Replaced by publication 2" in made.pages[0].extract_text()


@pytest.mark.parametrize("number", ["2", "0", "x", "2.pdf", "0.pdf", "x.pdf"])
def test_a_publication_that_is_not_there_is_not_found(browse: Browse, number: str) -> None:
    assert browse().get(f"/terms/VT2027/publications/{number}").status_code == 404


@pytest.mark.parametrize("role", [Role.INSTITUTION, Role.PROVIDER, Role.AUDITOR, Role.STUDENT])
def test_only_the_coordinator_draws_up_the_report(browse: Browse, role: Role) -> None:
    for path in (PAGE, f"{PAGE}.pdf"):
        assert browse(role).get(path).status_code == 403


def test_the_pages_about_a_publication_lead_to_its_report(browse: Browse) -> None:
    browser = browse()
    for path in ("overview", "publish", "runs", "runs/run_a"):
        assert f'href="{PAGE}"' in browser.get(f"/terms/VT2027/{path}").text, path


def test_the_report_in_english_has_no_swedish(browse: Browse, store: Session) -> None:
    tell(store)
    told = text_of(browse().get(PAGE))
    assert not re.search(r"\b(utan plats|körning|huvudman|avtal|begäranden|källor)\b", told, re.IGNORECASE), told


def test_what_the_documents_do_not_say_is_left_out(browse: Browse, store: Session) -> None:
    tell(store, fairness={**FAIRNESS, "homes": [group(None, 60, 48, 31)]})
    document = store.get_one(PlanDocument, "pln_a")
    document.plan = document.problem = "{}"
    store.commit()
    told = text_of(browse().get(PAGE))
    assert "unknown 60 12 20.0% 31 –" in told
    for part in ("Made with", "What the plan weighed", "For comparison"):
        assert part not in told, part
