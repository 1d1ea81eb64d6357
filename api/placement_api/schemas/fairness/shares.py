"""Schemas of shares: what each lärosäte gets and what each host gives in a term, against their size."""

from __future__ import annotations

from pydantic import Field, JsonValue

from placement.fairness.evenness import Evenness, Figure
from placement.fairness.shares import Fared, HostShare, InstitutionShare, Shares, UnitShare
from placement.tables import ProviderKind
from placement_api.paging import Paging
from placement_api.schemas.base import Shown, Week, example

_FARED: dict[str, JsonValue] = {
    "placed": 812,
    "weeks": 4060,
    "minutes": 37352,
    "meanMinutes": 46,
    "long": 130,
    "wishing": 203,
    "anyWish": 150,
    "firstWish": 96,
}
_INSTITUTION: dict[str, JsonValue] = {
    "institutionId": "org_ki",
    "name": "Karolinska Institutet",
    "students": 790,
    "requests": 826,
    "fared": _FARED,
}
_HOST: dict[str, JsonValue] = {
    "providerId": "org_nacka",
    "name": "Nacka Municipality",
    "kind": "municipality",
    "population": 109486,
    "units": 14,
    "supervisors": 61,
    "offered": 520,
    "weeks": 310,
    "weeksPerInhabitants": 28314,
}
_EVENNESS: dict[str, JsonValue] = {
    "figure": "placed",
    "groups": 6,
    "evenPermille": 998,
    "mostToLeastPermille": 1035,
}
_SHARES: dict[str, JsonValue] = {
    "termId": "trm_vt2027",
    "termCode": "VT2027",
    "firstWeek": "2027-W03",
    "institutions": [_INSTITUTION],
    "hosts": [_HOST],
    "evenness": [_EVENNESS],
}
_UNIT: dict[str, JsonValue] = {
    "unitId": "unt_geriatrics",
    "unitName": "Tallgården",
    "providerId": "org_nacka",
    "operatorId": None,
    "supervisors": 4,
    "offered": 40,
    "weeks": 25,
}


class FaredShown(Shown):
    """How a lärosäte's requests fared. Hur det gick för ett lärosätes begäranden."""

    model_config = example(_FARED)

    placed: int
    weeks: int = Field(description="Student-weeks. Studentveckor.")
    minutes: int = Field(description="All journeys, one way, in sum. Alla resor, enkel väg, i summa.")
    mean_minutes: int | None = Field(description="Rounded down; null: nobody is placed. Avrundat nedåt; null: ingen.")
    long: int = Field(description="Placements with a long journey. Placeringar med lång resa.")
    wishing: int | None = Field(
        description="Placements with possible wishes; null where these are fewer than five, for others. "
        "Placeringar med möjliga önskemål; null där de är färre än fem, för andra."
    )
    any_wish: int | None = Field(description="Of those, at a wished unit. Av dem, på en önskad enhet.")
    first_wish: int | None = Field(description="Of those, at the first choice. Av dem, på förstahandsvalet.")


class InstitutionShareShown(Shown):
    """A lärosäte in a term. Ett lärosäte en termin."""

    model_config = example(_INSTITUTION)

    institution_id: str
    name: str
    students: int
    requests: int
    fared: FaredShown | None = Field(
        description="null where it would tell others about fewer than five students. "
        "null där det skulle berätta om färre än fem studenter för andra."
    )

    @classmethod
    def of(cls, share: InstitutionShare, language: str) -> InstitutionShareShown:
        """Show a lärosäte, named in a language."""
        return cls(
            institution_id=share.asked.institution,
            name=getattr(share.name, language),
            students=share.asked.students,
            requests=share.asked.requests,
            fared=None if share.fared is None else _fared(share.fared),
        )


class HostShareShown(Shown):
    """A provider in a term: its size, and the student-weeks at its units. En huvudman en termin."""

    model_config = example(_HOST)

    provider_id: str
    name: str
    kind: ProviderKind
    population: int | None = Field(description="Of a municipality; null for others. En kommuns; null för andra.")
    units: int = Field(description="With places offered or students. Med erbjudna platser eller studenter.")
    supervisors: int
    offered: int = Field(description="Student-weeks offered. Erbjudna studentveckor.")
    weeks: int = Field(description="Student-weeks. Studentveckor.")
    weeks_per_inhabitants: int | None = Field(
        description="Thousandths of student-weeks for each 10,000 inhabitants. "
        "Tusendels studentveckor per 10 000 invånare."
    )

    @classmethod
    def of(cls, share: HostShare, language: str) -> HostShareShown:
        """Show a provider, named in a language."""
        return cls(
            provider_id=share.provider.id,
            name=getattr(share.name, language),
            kind=share.provider.kind,
            population=share.provider.population,
            units=share.units,
            supervisors=share.supervisors,
            offered=share.offered,
            weeks=share.weeks,
            weeks_per_inhabitants=share.per_inhabitants,
        )


class EvennessShown(Shown):
    """How evenly a figure is spread over groups of different size. Hur jämnt ett tal är fördelat."""

    model_config = example(_EVENNESS)

    figure: Figure = Field(
        description="placed: placements by requests; minutes: minutes by placements; first-wish: first choices by "
        "placements with wishes; weeks-by-…: student-weeks by what is offered, supervisors or inhabitants. "
        "placed: placeringar per begäran; minutes: minuter per placering; first-wish: förstahandsval per placering med "
        "önskemål; weeks-by-…: studentveckor per erbjuden vecka, handledare eller invånare."
    )
    groups: int = Field(description="Lärosäten or providers with such a size. Lärosäten eller huvudmän med det måttet.")
    even_permille: int | None = Field(
        description="Jain's index in thousandths: 1,000 is even; null without groups. "
        "Jains index i tusendelar: 1 000 är jämnt; null utan grupper."
    )
    most_to_least_permille: int | None = Field(
        description="How many times as much the one with most has, in thousandths; null if the least is nothing. "
        "Hur många gånger så mycket den med mest har, i tusendelar; null om den med minst inte har något."
    )

    @classmethod
    def of(cls, evenness: Evenness) -> EvennessShown:
        """Show how evenly a figure is spread."""
        return cls(
            figure=evenness.figure,
            groups=evenness.groups,
            even_permille=evenness.even_permille,
            most_to_least_permille=evenness.most_to_least_permille,
        )


class SharesShown(Shown):
    """A term's shares, and how evenly they are spread. En termins andelar, och hur jämnt de är fördelade."""

    model_config = example(_SHARES)

    term_id: str
    term_code: str
    first_week: Week
    institutions: list[InstitutionShareShown]
    hosts: list[HostShareShown]
    evenness: list[EvennessShown]

    @classmethod
    def of(cls, shares: Shares, language: str) -> SharesShown:
        """Show a term's shares, the parties named in a language."""
        return cls(
            term_id=shares.term.id,
            term_code=shares.term.code,
            first_week=shares.term.first_week,
            institutions=[InstitutionShareShown.of(each, language) for each in shares.institutions],
            hosts=[HostShareShown.of(each, language) for each in shares.hosts],
            evenness=[EvennessShown.of(each) for each in shares.evenness],
        )


class UnitShareShown(Shown):
    """A unit in a term: its size, and the student-weeks there. En enhet en termin."""

    model_config = example(_UNIT)

    unit_id: str
    unit_name: str
    provider_id: str
    operator_id: str | None
    supervisors: int
    offered: int
    weeks: int

    @classmethod
    def of(cls, share: UnitShare) -> UnitShareShown:
        """Show a unit."""
        unit = share.unit
        return cls(
            unit_id=unit.id,
            unit_name=unit.name,
            provider_id=unit.provider_id,
            operator_id=unit.operator_id,
            supervisors=share.supervisors,
            offered=share.offered,
            weeks=share.weeks,
        )


class SharesAsked(Paging):
    """Which part of a list of shares to return. Vilken del av en lista med andelar som ska visas."""


def _fared(fared: Fared) -> FaredShown:
    """Show how a lärosäte's requests fared."""
    return FaredShown(
        placed=fared.placed,
        weeks=fared.weeks,
        minutes=fared.minutes,
        mean_minutes=fared.mean_minutes,
        long=fared.long,
        wishing=fared.wishing,
        any_wish=fared.any_wish,
        first_wish=fared.first_wish,
    )
