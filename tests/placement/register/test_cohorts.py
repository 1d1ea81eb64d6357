"""A lärosäte forms its cohorts, each for one term."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from placement.errors import InvalidError, NotAllowedError, NotFoundError
from placement.register.cohorts import change_cohort, dissolve_cohort, form_cohort, list_cohorts, show_cohort
from placement.tables import Cohort
from tests.placement.county import CITY, CKU, KI, UMEA, settle, told


@pytest.fixture(autouse=True)
def county(session: Session) -> None:
    settle(session)


def cohort(programme: str = "prg_a", term: str = "trm_idle") -> Cohort:
    return Cohort(id="coh_new", programme_id=programme, term_id=term, name="T3", size=40)


def test_a_institution_sees_its_own_cohorts_and_the_coordinator_all(session: Session) -> None:
    assert [row.id for row in list_cohorts(session, KI).rows] == ["coh_a", "coh_idle"]
    assert list_cohorts(session, CKU, term="trm_a").total == 4
    assert list_cohorts(session, CKU, term="trm_idle").total == 0
    assert [row.id for row in list_cohorts(session, CKU, programme="prg_b").rows] == ["coh_b", "coh_idle_b"]
    with pytest.raises(NotAllowedError):
        list_cohorts(session, CITY)


def test_a_cohort_is_formed_changed_and_dissolved(session: Session) -> None:
    form_cohort(session, KI, cohort())
    assert change_cohort(session, KI, "coh_new", {"size": 38}).size == 38
    dissolve_cohort(session, KI, "coh_new")
    session.commit()
    assert told(session, "cohort") == [("created", "coh_new"), ("changed", "coh_new"), ("removed", "coh_new")]


@pytest.mark.parametrize(
    ("new", "pointer"), [(cohort("prg_b"), "/programme_id"), (cohort(term="trm_none"), "/term_id")]
)
def test_a_cohort_belongs_to_ones_own_programme_and_to_a_term(session: Session, new: Cohort, pointer: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        form_cohort(session, KI, Cohort(**new.model_dump()))
    assert [fault.pointer for fault in refusal.value.faults] == [pointer]


def test_another_institutions_cohort_is_as_if_it_were_not_there(session: Session) -> None:
    for name in ("coh_a", "coh_none"):
        with pytest.raises(NotFoundError, match=name):
            show_cohort(session, UMEA, name)
        with pytest.raises(NotFoundError, match=name):
            change_cohort(session, UMEA, name, {"size": 1})
        with pytest.raises(NotFoundError, match=name):
            dissolve_cohort(session, UMEA, name)
