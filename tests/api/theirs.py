"""The other side: rows of another lärosäte and another provider, which our side may not change."""

from __future__ import annotations

import datetime as dt

from placement.tables import (
    Agreement,
    CapacityOffer,
    OfferInstitution,
    Organisation,
    OrganisationKind,
    ProviderKind,
    Row,
    Supervisor,
    Unit,
)
from tests import equal_terms


def rows() -> list[Row]:
    """Return the rows of the other side."""
    return [
        Organisation(
            id="org_b",
            kind=OrganisationKind.INSTITUTION,
            name_sv="Umeå universitet",
            name_en="Umeå University",
            external_id="UMU",
            in_county=False,
        ),
        Organisation(
            id="org_far",
            kind=OrganisationKind.PROVIDER,
            provider_kind=ProviderKind.REGION,
            name_sv="Region Norr",
            name_en="Region North",
        ),
        Organisation(
            id="org_idle",
            kind=OrganisationKind.INSTITUTION,
            name_sv="Nedlagda högskolan",
            name_en="The Closed College",
        ),
        Unit(
            id="unt_b",
            name="Avdelning 7",
            provider_id="org_far",
            municipality_code="0180",
            kinds=["ward-medicine"],
            lat=65.6,
            lon=22.1,
        ),
        Unit(
            id="unt_idle",
            name="Stängda avdelningen",
            provider_id="org_far",
            municipality_code="0180",
            kinds=["ward-medicine"],
            lat=65.6,
            lon=22.1,
        ),
        Unit(
            id="unt_free",
            name="Nya vårdcentralen",
            provider_id="org_city",
            municipality_code="0180",
            kinds=["primary-care"],
            lat=59.4,
            lon=18.0,
        ),
        CapacityOffer(id="off_b", term_id="trm_a", unit_id="unt_b", professions=["nurse"], every_institution=False),
        OfferInstitution(offer_id="off_b", institution_id="org_b"),
        Supervisor(id="sup_b", unit_id="unt_b", profession="nurse", external_id="p-1"),
        Agreement(id="agr_b", institution_id="org_b", provider_id="org_far", valid_from=dt.date(2025, 1, 1)),
        *equal_terms.of_each_side(),
    ]
