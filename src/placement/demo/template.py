"""Template: the county's made-up template for municipal agreements, and the parties to the letter of intent.

Neither the county's template nor the day on which each party signed is public: texts and days are made up, and marked.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from placement.demo.agreements import CLAUSES, PRICE_ORE, VALID_FROM
from placement.demo.dice import draw_id
from placement.tables import AgreementTemplate, Figure, LetterParty, ProviderKind, Row, TemplateClause

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from placement.demo.organisations import Parties

MONTHS_OF_NOTICE = 6
SIGNED_ON = dt.date(2016, 7, 1)
"""An assumed day: the letter of intent plans workshops for 2016 and 2017."""


class Wording(NamedTuple):
    """A clause of the template: what it is about, what it settles, its value, and its words."""

    key: str
    figure: Figure | None
    number: int | None
    heading_sv: str
    heading_en: str
    text_sv: str
    text_en: str


WORDINGS = (
    Wording(
        "validity",
        Figure.VALIDITY,
        None,
        "Giltighet",
        "Validity",
        "Avtalet gäller tills vidare.",
        "The agreement is valid until further notice.",
    ),
    Wording(
        "units",
        Figure.UNITS,
        None,
        "Enheter",
        "Units",
        "Avtalet omfattar all kommunalt finansierad verksamhet, oavsett driftsform.",
        "The agreement covers all care that the municipality funds, whoever runs it.",
    ),
    Wording(
        "professions",
        Figure.PROFESSIONS,
        None,
        "Yrken",
        "Professions",
        "Studenter på alla lärosätets vårdutbildningar tas emot.",
        "Students of all the lärosäte's health care programmes are received.",
    ),
    Wording(
        "floor",
        Figure.FLOOR,
        None,
        "Minsta volym",
        "Least volume",
        "Minsta antal studentveckor anges för varje termin i det lokala avtalet.",
        "The least number of student-weeks is given for each term in the local agreement.",
    ),
    Wording(
        "ceiling",
        Figure.CEILING,
        None,
        "Största volym",
        "Greatest volume",
        "Största antal studentveckor anges för varje termin i det lokala avtalet.",
        "The greatest number of student-weeks is given for each term in the local agreement.",
    ),
    Wording(
        "price",
        Figure.PRICE,
        PRICE_ORE,
        "Ersättning",
        "Price",
        "Lärosätet betalar 1 300 kr för varje studentvecka.",
        "The lärosäte pays SEK 1,300 for each student-week.",
    ),
    Wording(
        "notice",
        Figure.NOTICE,
        MONTHS_OF_NOTICE,
        "Uppsägning",
        "Notice",
        "Avtalet upphör sex månader efter den dag då motparten tog emot uppsägningen.",
        "The agreement ends six months after the day on which the other party received the notice.",
    ),
    Wording(
        "supervision",
        None,
        None,
        "Handledning",
        "Supervision",
        "Varje student har en handledare i sitt eget yrke, utsedd för hela placeringen.",
        "Each student has a supervisor of the student's own profession, named for the whole placement.",
    ),
)


def draw_template(parties: Parties, throws: Random) -> Iterator[Row]:
    """Make the template with its clauses, and each municipality and lärosäte of the county a party to the letter."""
    template = AgreementTemplate(
        id=draw_id("tpl", throws),
        provider_kind=ProviderKind.MUNICIPALITY,
        name_sv="Mall för kommunernas samverkansavtal (syntetisk)",
        name_en="Template for the municipalities' agreements (synthetic)",
        synthetic=True,
    )
    yield template
    for wording in WORDINGS:
        yield TemplateClause(
            id=draw_id("tcl", throws),
            template_id=template.id,
            clause=None if wording.figure is None else CLAUSES.get(wording.figure),
            valid_from=VALID_FROM,
            **wording._asdict(),
        )
    institutions = [institution for institution in parties.institution.values() if institution.in_county]
    for party in (*parties.municipality.values(), *institutions):
        yield LetterParty(id=draw_id("ltr", throws), organisation_id=party.id, joined_on=SIGNED_ON, synthetic=True)
