"""Rows: what the register stores of each reference fact, beside the ids of the rows that it refers to."""

from __future__ import annotations

from typing import Any

from placement.reference.facts import (
    CarePlaceFact,
    CourseFact,
    InstitutionFact,
    MunicipalityFact,
    ProgrammeFact,
    ProviderFact,
    SiteFact,
    SurveyFact,
)
from placement.tables import Audience, OrganisationKind, ProviderKind, QuestionKind


def municipality_row(fact: MunicipalityFact) -> dict[str, Any]:
    """Return a municipality's values."""
    return {
        "code": fact.code,
        "name": fact.name,
        "lat": fact.lat,
        "lon": fact.lon,
        "population": fact.population,
        "in_county": fact.in_county,
    }


def institution_row(fact: InstitutionFact, municipality_code: str | None) -> dict[str, Any]:
    """Return a lärosäte's values; its short name is its own id."""
    return {
        "kind": OrganisationKind.INSTITUTION,
        "name_sv": fact.name_sv,
        "name_en": fact.name_en,
        "external_id": fact.code,
        "municipality_code": municipality_code,
        "in_county": fact.in_county,
    }


def site_row(fact: SiteFact, institution_id: str) -> dict[str, Any]:
    """Return a studieort's values."""
    return {"institution_id": institution_id, "name": fact.name, "municipality_code": fact.municipality_code}


def provider_row(fact: ProviderFact, municipality_code: str | None, funded_by_id: str | None) -> dict[str, Any]:
    """Return a provider's values."""
    return {
        "kind": OrganisationKind.PROVIDER,
        "provider_kind": ProviderKind(fact.kind),
        "name_sv": fact.name_sv,
        "name_en": fact.name_en,
        "municipality_code": municipality_code,
        "funded_by_id": funded_by_id,
        "in_county": fact.in_county,
    }


def unit_row(fact: CarePlaceFact, provider_id: str, operator_id: str | None, site_id: str | None) -> dict[str, Any]:
    """Return a hospital or a clinic as one unit, which its provider divides into wards."""
    return {
        "name": fact.name,
        "provider_id": provider_id,
        "operator_id": operator_id,
        "municipality_code": fact.municipality_code,
        "site_id": site_id,
        "kinds": list(fact.kinds),
        "lat": fact.lat,
        "lon": fact.lon,
        "university_healthcare": fact.university_hospital,
    }


def programme_row(fact: ProgrammeFact, institution_id: str) -> dict[str, Any]:
    """Return a programme's values."""
    return {
        "institution_id": institution_id,
        "profession": fact.profession,
        "code": fact.code,
        "name": fact.name,
        "decentralised": fact.decentralised,
    }


def course_row(fact: CourseFact, programme_id: str) -> dict[str, Any]:
    """Return a course's values; courses of a later term of the programme come later in sequence."""
    return {
        "programme_id": programme_id,
        "code": fact.code,
        "name": fact.name,
        "weeks": fact.weeks,
        "kinds": list(fact.kinds),
        "sequence": fact.term,
    }


def survey_row(fact: SurveyFact) -> dict[str, Any]:
    """Return a survey's values, with its questions."""
    return {
        "name_sv": fact.name_sv,
        "name_en": fact.name_en,
        "audience": Audience(fact.audience),
        "questions": [{**question, "kind": QuestionKind(question["kind"])} for question in fact.questions],
    }
