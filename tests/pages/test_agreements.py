"""What is asked for, offered and given under each agreement, and what that pays."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from placement.callers import Role
from placement.tables import AgreementVolume
from placement_api.pages.agreements import Paid
from tests.pages.browsing import text_of
from tests.pages.conftest import Browse

pytestmark = pytest.mark.one_database
AGREEMENTS = "/terms/VT2027/agreements"


def agree(store: Session, floor: int, ceiling: int | None) -> None:
    """Set the volume of our agreement, under which five student-weeks are given."""
    volume = store.get_one(AgreementVolume, ("agr_a", "trm_a"))
    volume.min_student_weeks, volume.max_student_weeks = floor, ceiling
    store.add(volume)
    store.commit()


def test_a_provider_sees_what_it_gives_and_what_that_pays(browse: Browse) -> None:
    page = browse(Role.PROVIDER).get(AGREEMENTS)
    said = text_of(page)
    assert "1 agreement is valid during the term." in said
    assert "Karolinska Institutet nurse 11 2 0 5 – No ceiling SEK 980.00 SEK 4,900.00" in said
    assert "Sum of the rows above: SEK 4,900.00" in said
    assert "agr_b" not in page.text


@pytest.mark.parametrize(
    ("floor", "ceiling", "says"),
    [
        (7, 9, "Below the floor 2 missing"),
        (2, 5, "At the ceiling"),
        (2, 4, "Above the ceiling"),
        (2, 9, "Between floor and ceiling"),
    ],
)
def test_how_it_stands_against_floor_and_ceiling_is_said(
    browse: Browse, store: Session, floor: int, ceiling: int, says: str
) -> None:
    agree(store, floor, ceiling)
    assert says in text_of(browse(Role.PROVIDER).get(AGREEMENTS))


def test_a_coordinator_sees_all_and_filters_them(browse: Browse) -> None:
    browser = browse()
    every = text_of(browser.get(AGREEMENTS))
    assert "Region North" in every
    assert "City of Stockholm" in every
    assert "Region North" not in text_of(browser.get(f"{AGREEMENTS}?provider=org_city"))
    assert "No agreements fit. Show all" in text_of(browser.get(f"{AGREEMENTS}?show=below"))
    assert "No agreement is valid" in text_of(browser.get(f"{AGREEMENTS}?provider=org_idle"))


def test_an_institution_sees_its_own_in_its_language(browse: Browse) -> None:
    browser = browse(Role.INSTITUTION, "sv")
    swedish = text_of(browser.get(AGREEMENTS))
    assert "Stockholms stad sjuksköterska 11 2 0 5 – Inget tak" in swedish
    assert "Region Norr" not in swedish
    english = text_of(browser.get(f"{AGREEMENTS}?language=en"))
    assert not any(word in english for word in ("Avtal", "Huvudman", "Golv", "Givet", "Läge"))


def test_before_a_plan_is_published_nothing_is_said_to_be_given(browse: Browse, store: Session) -> None:
    store.add(AgreementVolume(agreement_id="agr_a", term_id="trm_next", min_student_weeks=3))
    store.commit()
    said = text_of(browse(Role.PROVIDER).get("/terms/HT2031/agreements"))
    assert "No plan has been published yet, so nothing is given." in said
    assert "Below the floor" not in said


def test_those_without_agreements_have_no_such_page(browse: Browse) -> None:
    assert browse(Role.UNIT).get(AGREEMENTS).status_code == 403


def test_without_a_price_there_is_no_sum() -> None:
    assert Paid(None, 4, "SEK").sum_ore is None
