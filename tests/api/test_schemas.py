"""What the schemas accept and refuse in a body."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from placement_api.schemas.base import Given
from placement_api.schemas.register.agreements import AgreementGiven
from placement_api.schemas.register.capacity import OfferChange, OfferGiven
from placement_api.schemas.register.places import OrganisationGiven, UnitChange, UnitGiven
from placement_api.schemas.register.supervision import SupervisorGiven, TrainingGiven
from placement_solver.weeks import IsoWeek

OFFER: dict[str, Any] = {"termId": "trm_a", "unitId": "unt_a", "professions": ["nurse"]}
AGREEMENT: dict[str, Any] = {
    "institutionId": "org_a",
    "providerId": "org_b",
    "validFrom": "2026-01-01",
    "volumes": [{"termId": "trm_a"}],
}
TRAINING: dict[str, Any] = {"course": "Handledning", "credits": 7.5, "completedOn": "2025-05-31"}
SUPERVISOR: dict[str, Any] = {"unitId": "unt_a", "profession": "nurse", "externalId": "h-1"}
UNIT: dict[str, Any] = {
    "name": "Å-avdelningen",
    "providerId": "org_a",
    "municipalityCode": "0180",
    "kinds": ["ward"],
    "lat": 59,
    "lon": 18.1,
}


@pytest.mark.parametrize(
    ("schema", "body", "wrong", "place"),
    [
        (OfferGiven, OFFER, {"weeks": [{"week": "2027-W03", "places": 1}] * 2}, "weeks"),
        (OfferGiven, OFFER, {"weeks": [{"week": "2027-W53", "places": 1}]}, "week"),
        (OfferGiven, OFFER, {"weeks": [{"week": "1999-W01", "places": 1}]}, "week"),
        (OfferGiven, OFFER, {"weeks": [{"week": 202703, "places": 1}]}, "week"),
        (OfferGiven, OFFER, {"weeks": [{"week": "2027-W03", "places": True}]}, "places"),
        (OfferGiven, OFFER, {"weeks": [{"week": "2027-W03", "places": "2"}]}, "places"),
        (OfferGiven, OFFER, {"weeks": [{"week": "2027-W03", "places": 2.5}]}, "places"),
        (OfferGiven, OFFER, {"professions": ["nurse"] * 51}, "professions"),
        (OfferGiven, OFFER, {"professions": [""]}, "0"),
        (OfferGiven, OFFER, {"institutions": []}, "institutions"),
        (OfferGiven, OFFER, {"status": "perhaps"}, "status"),
        (OfferGiven, OFFER, {"colour": "red"}, "colour"),
        (AgreementGiven, AGREEMENT, {"volumes": [{"termId": "trm_a"}] * 2}, "volumes"),
        (AgreementGiven, AGREEMENT, {"clauses": [{"figure": "price", "clause": "7 §"}] * 2}, "clauses"),
        (AgreementGiven, AGREEMENT, {"currency": "kronor"}, "currency"),
        (AgreementGiven, AGREEMENT, {"validFrom": 1_767_225_600}, "validFrom"),
        (AgreementGiven, AGREEMENT, {"validFrom": "1999-12-31"}, "validFrom"),
        (AgreementGiven, AGREEMENT, {"validFrom": "2026-02-30"}, "validFrom"),
        (TrainingGiven, TRAINING, {"credits": float("inf")}, "credits"),
        (SupervisorGiven, SUPERVISOR, {"weeks": ["2027-W03", "2027-W03"]}, "weeks"),
        (SupervisorGiven, SUPERVISOR, {"sharePercent": 0}, "sharePercent"),
        (UnitGiven, UNIT, {"name": " Ward"}, "name"),
        (UnitGiven, UNIT, {"name": "Wa\x00rd"}, "name"),
        (UnitGiven, UNIT, {"name": "Ward\ud800"}, "name"),
        (UnitGiven, UNIT, {"universityHealthcare": 1}, "universityHealthcare"),
        (UnitGiven, UNIT, {"lat": float("nan")}, "lat"),
        (UnitGiven, UNIT, {"lon": 180.5}, "lon"),
        (UnitGiven, UNIT, {"providerId": "org/../a"}, "providerId"),
        (UnitChange, {}, {"name": None}, "name"),
    ],
)
def test_a_body_that_does_not_fit_is_refused_at_its_place(
    schema: type[Given], body: dict[str, Any], wrong: dict[str, Any], place: str
) -> None:
    schema.model_validate(body)
    with pytest.raises(ValidationError) as refused:
        schema.model_validate({**body, **wrong})
    assert [str(error["loc"][-1]) for error in refused.value.errors()] == [place]


def test_a_body_may_have_whole_numbers_written_as_decimals_and_week_53() -> None:
    given = OfferGiven.model_validate({**OFFER, "weeks": [{"week": "2026-W53", "places": 2.0}]})
    assert given.values()["weeks"] == {IsoWeek(2026, 53): 2}


def test_a_change_has_only_the_fields_that_were_sent() -> None:
    assert UnitChange.model_validate({"hsaId": None, "lat": 59}).changes() == {"hsa_id": None, "lat": 59.0}
    assert OfferChange.model_validate({"professions": ["nurse"]}).changes() == {"professions": ["nurse"]}
    assert OfferChange.model_validate({"weeks": []}).changes() == {"weeks": {}}


def test_a_change_requires_no_field_and_publishes_no_default() -> None:
    shape = UnitChange.model_json_schema()
    assert "required" not in shape
    assert all("default" not in field for field in shape["properties"].values())


def test_fields_may_have_their_database_names_too() -> None:
    names = {"kind": "provider", "provider_kind": "region", "name_sv": "Å", "name_en": "A"}
    assert OrganisationGiven.model_validate(names).name_sv == "Å"
