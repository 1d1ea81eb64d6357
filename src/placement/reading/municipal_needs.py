"""Municipal needs: by municipality, how many are without a place, how full the offers are, what one more is worth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.errors import NotFoundError
from placement.planning.homes import OUTSIDE
from placement.reading.prices import PriceFilter, list_prices
from placement.small_numbers import large_homes
from placement.store import access
from placement.store.access import COORDINATORS, EVERY
from placement.tables import Municipality, Organisation, Plan, PlanDocument, ProviderKind


@dataclass(frozen=True, slots=True)
class MunicipalNeed:
    """A municipality in a plan; None is what is not known, or what so few are behind that it is not told.

    ``asking`` and ``unplaced`` count requests of those who live there. ``offered`` and ``used`` are student-weeks at
    the municipality's units. ``worth`` is the most that one more place at one of them is worth, in the measure of the
    objective, by the proof of the plan; where nothing is offered nothing is priced.
    """

    code: str
    name: str
    provider_id: str | None
    asking: int | None
    unplaced: int | None
    offered: int | None
    used: int | None
    worth: float | None


@dataclass(frozen=True, slots=True)
class CountyNeeds:
    """Every municipality of the county, and those who live outside it."""

    municipalities: tuple[MunicipalNeed, ...]
    outside_asking: int | None
    outside_unplaced: int | None


def show_needs(session: Session, by: Caller, run_id: str) -> CountyNeeds:
    """Show what each municipality of the county needs and gives in a run's plan; only coordinators see it."""
    access.allow(by, COORDINATORS)
    query = select(col(PlanDocument.report)["fairness"], col(PlanDocument.report)[("prices", "scarce")])
    told = session.exec(query.join(Plan, col(Plan.id) == PlanDocument.plan_id).where(Plan.run_id == run_id)).first()
    if told is None:
        raise NotFoundError(run_id)
    fairness: Mapping[str, Any] = {} if told[0] is None else large_homes(told[0])
    homes = {each["name"]: each for each in fairness.get("homes", ())}
    given = {each["provider"]: each for each in fairness.get("providers", ())}
    worth: defaultdict[str, float] = defaultdict(float)
    for price in list_prices(session, by, run_id, PriceFilter(), EVERY).rows:
        if price.unit_id is not None:
            worth[price.provider_id] = max(worth[price.provider_id], price.worth)
    owners = select(Organisation).where(col(Organisation.provider_kind) == ProviderKind.MUNICIPALITY)
    owned_by = {each.municipality_code: each.id for each in session.exec(owners).all()}
    county = select(Municipality).where(col(Municipality.in_county)).order_by(Municipality.name)
    found = []
    for municipality in session.exec(county).all():
        owner = owned_by.get(municipality.code)
        name = owner or municipality.code
        home, gives = homes.get(name), given.get(name)
        found.append(
            MunicipalNeed(
                municipality.code,
                municipality.name,
                owner,
                None if home is None else home["requests"],
                None if home is None else home["requests"] - home["placed"],
                None if gives is None else gives["offered"],
                None if gives is None else gives["placed"],
                None if owner is None or gives is None or told[1] is None else worth.get(owner, 0.0),
            )
        )
    beyond = homes.get(OUTSIDE)
    return CountyNeeds(
        tuple(found),
        None if beyond is None else beyond["requests"],
        None if beyond is None else beyond["requests"] - beyond["placed"],
    )
