"""Agreements: each provider has one with each lärosäte that sends it students; terms are equal, volumes differ."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from placement.demo.dice import draw_id
from placement.demo.organisations import COUNTY_REGION, SITES
from placement.tables import Agreement, AgreementClause, AgreementVolume, Figure, Row, Term
from placement.tables.agreements import LETTER_NOTICE_MONTHS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from random import Random

    from placement.demo.organisations import Parties
    from placement.tables import Organisation

PRICE_ORE = 130_000
"""An assumed price, 1,300 SEK for a student-week: the county's own price is not public."""

VALID_FROM = dt.date(2023, 7, 1)
FLOOR = 0.5
MUNICIPAL_CEILING = 1.25
LEAST_MUNICIPAL_CEILING = 24
REGION_CEILING = 1.15
WITHOUT_CEILING = ("KI", "UMU", "LIU")

NOTICE_GIVEN = {("0140", "RKH"), ("0125", "SHH"), ("0192", "MCHS")}
"""Municipalities that gave notice of an agreement in September, so that it ends in the middle of the term."""
NOTICE_DAY = (9, 25)
RENEWED = {("0128", "MCHS"), ("0160", "RKH")}
"""Agreements that end in March and are renewed from April."""

OTHER_NOTICE = {("0136", "KI"): 3, ("0184", "SHH"): 12}
"""Agreements with other months of notice than the template, so that there is a difference to find."""

CLAUSES = {
    Figure.VALIDITY: "§ 2",
    Figure.NOTICE: "§ 9",
    Figure.UNITS: "§ 3",
    Figure.FLOOR: "bilaga 1",
    Figure.CEILING: "bilaga 1",
    Figure.PRICE: "bilaga 2",
}


@dataclass(frozen=True, slots=True)
class Terms:
    """The contents of one agreement: its parties, first and last day, and student-weeks."""

    institution: Organisation
    provider: Organisation
    floor: int
    ceiling: int | None
    valid_from: dt.date = VALID_FROM
    valid_to: dt.date | None = None
    notice_given_on: dt.date | None = None
    notice_months: int = LETTER_NOTICE_MONTHS


def draw_agreements(
    volumes: Mapping[tuple[str, str], float], parties: Parties, term: Term, throws: Random
) -> list[Row]:
    """Make the agreements of the regions, of every municipality with all four lärosäten, and of two hospitals."""
    rows: list[Row] = []
    for terms in (
        *_regional(volumes, parties),
        *_municipal(volumes, parties, term),
        *_private(volumes, parties),
    ):
        agreement = Agreement(
            id=draw_id("agr", throws),
            institution_id=terms.institution.id,
            provider_id=terms.provider.id,
            valid_from=terms.valid_from,
            valid_to=terms.valid_to,
            notice_given_on=terms.notice_given_on,
            notice_months=terms.notice_months,
            price_ore=PRICE_ORE,
            synthetic=True,
        )
        volume = AgreementVolume(
            agreement_id=agreement.id,
            term_id=term.id,
            min_student_weeks=terms.floor,
            max_student_weeks=terms.ceiling,
        )
        clauses = (
            AgreementClause(agreement_id=agreement.id, figure=figure, clause=clause)
            for figure, clause in CLAUSES.items()
        )
        rows += [agreement, volume, *clauses]
    return rows


def _regional(volumes: Mapping[tuple[str, str], float], parties: Parties) -> Iterator[Terms]:
    """Make the general agreements of Region Stockholm and of the regions with a decentralised site."""
    county = parties.region[COUNTY_REGION]
    pairs = [(code, county) for code, institution in parties.institution.items() if institution.in_county]
    for code, sites in SITES.items():
        regions = {
            parties.region_at[municipality].id: parties.region_at[municipality] for municipality in sites.values()
        }
        pairs += [(code, region) for region in regions.values()]
    for code, region in pairs:
        volume = volumes.get((code, region.id), 0.0)
        ceiling = None if code in WITHOUT_CEILING else round(REGION_CEILING * volume)
        yield Terms(parties.institution[code], region, round(FLOOR * volume), ceiling)


def _municipal(volumes: Mapping[tuple[str, str], float], parties: Parties, term: Term) -> Iterator[Terms]:
    """Make every municipality's agreement with every lärosäte; two are renewed, three under notice."""
    for code, provider in parties.municipality.items():
        for short, institution in parties.institution.items():
            if not institution.in_county:
                continue
            volume = volumes.get((short, provider.id), 0.0)
            floor, ceiling = (
                round(FLOOR * volume),
                max(LEAST_MUNICIPAL_CEILING, round(MUNICIPAL_CEILING * volume)),
            )
            if (code, short) in RENEWED:
                april = dt.date(term.first_week.year, 4, 1)
                half = (floor // 2, max(LEAST_MUNICIPAL_CEILING, ceiling // 2))
                yield Terms(institution, provider, *half, valid_to=april - dt.timedelta(days=1))
                yield Terms(institution, provider, *half, valid_from=april)
            else:
                notice = dt.date(term.first_week.year - 1, *NOTICE_DAY) if (code, short) in NOTICE_GIVEN else None
                months = OTHER_NOTICE.get((code, short), LETTER_NOTICE_MONTHS)
                yield Terms(institution, provider, floor, ceiling, notice_given_on=notice, notice_months=months)


def _private(volumes: Mapping[tuple[str, str], float], parties: Parties) -> Iterator[Terms]:
    """Make the agreements of the two private providers, each with the lärosäte connected to it."""
    for operator, code in (("Sophiahemmet", "SHH"), ("Ersta diakoni", "MCHS")):
        provider = parties.operator[operator]
        volume = sum(weeks for (_, party), weeks in volumes.items() if party == provider.id)
        yield Terms(parties.institution[code], provider, 0, round(volume))
