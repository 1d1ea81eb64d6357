"""Schemas of places: municipalities, organisations, sites, units and their education levels."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field, JsonValue

from placement.refusals import form
from placement.register.units import UnitPlace
from placement.tables import Municipality, OrganisationKind, ProviderKind
from placement.tables.places import LONGEST_EMAIL, LONGEST_PHONE
from placement_api.paging import Paging
from placement_api.schemas.base import (
    MOST,
    Change,
    Changeable,
    Count,
    Day,
    Evidence,
    ExternalId,
    Given,
    Id,
    Latitude,
    Longitude,
    Name,
    Number,
    Shown,
    Switch,
    UnitKind,
    UnitKinds,
    example,
)
from placement_api.sorting import sorting

EMAIL = form(
    r"^[^\x00-\x20\x7f@<>,;]+@[^\x00-\x20\x7f@<>,;]+$",
    "en e-postadress, som vfu@example.se",
    "an e-mail address such as vfu@example.se",
)
_PHONE = form(
    r"^[+(]?[0-9][0-9 ()/-]*$",
    "ett telefonnummer med siffror, som 08-123 456 00 eller +46 8 123 456 00",
    "a telephone number of digits such as 08-123 456 00 or +46 8 123 456 00",
)
_MUNICIPALITY_CODE = form(r"^[0-9]{4}$", "en kommunkod med fyra siffror, som 0180", "four digits such as 0180")

MunicipalityCode = Annotated[str, Field(max_length=4, pattern=_MUNICIPALITY_CODE)]

_UNIT: dict[str, JsonValue] = {
    "name": "Avdelning 12, geriatrik",
    "providerId": "org_region",
    "operatorId": None,
    "excludedFromAgreement": False,
    "municipalityCode": "0180",
    "siteId": None,
    "kinds": ["geriatrics"],
    "lat": 59.31,
    "lon": 18.08,
    "hsaId": "SE2321000016-1A2B",
    "zone": None,
    "maxStudents": 6,
    "universityHealthcare": True,
    "contactFunction": "Studentsamordnare, avdelning 12",
    "contactEmail": "studenter.avd12@example.se",
    "contactPhone": "08-123 456 00",
}
_ORGANISATION: dict[str, JsonValue] = {
    "kind": "provider",
    "providerKind": "municipality",
    "nameSv": "Nacka kommun",
    "nameEn": "Nacka Municipality",
    "externalId": "212000-0167",
    "municipalityCode": "0182",
    "fundedById": None,
    "inCounty": True,
}
_SITE: dict[str, JsonValue] = {"institutionId": "org_umu", "name": "Sunderbyn", "municipalityCode": "2580"}


_MUNICIPALITY: dict[str, JsonValue] = {
    "name": "Nacka",
    "lat": 59.3105,
    "lon": 18.1637,
    "population": 112112,
    "inCounty": True,
}


class MunicipalityDetails(Given):
    """What is known of a municipality. Uppgifter om en kommun."""

    name: Name
    lat: Latitude
    lon: Longitude
    population: Annotated[int, Field(ge=0, le=100 * MOST), Number] = Field(description="Inhabitants. Invånare.")
    in_county: Switch = Field(default=True, description="Whether it is in the county. Om kommunen ligger i länet.")


class MunicipalityGiven(MunicipalityDetails):
    """A municipality to add. En kommun som ska läggas till."""

    model_config = example({"code": "0182", **_MUNICIPALITY})

    code: MunicipalityCode = Field(description="Its code at Statistics Sweden (SCB). Kommunkod enligt SCB.")


class MunicipalityChange(MunicipalityDetails, Change):
    """The fields of a municipality to change. De uppgifter om kommunen som ska ändras."""

    model_config = example({"population": 113_000})


class MunicipalityShown(Changeable):
    """A municipality; its id is its SCB code. En kommun; dess id är kommunkoden."""

    model_config = example({"id": "0182", "version": 1, **_MUNICIPALITY})

    name: str
    lat: float
    lon: float
    population: int
    in_county: bool

    @classmethod
    def of(cls, row: Municipality) -> MunicipalityShown:
        """Show a municipality."""
        return cls(id=row.code, **row.model_dump(exclude={"code"}))


class OrganisationGiven(Given):
    """A lärosäte or a provider. Ett lärosäte eller en huvudman."""

    model_config = example(_ORGANISATION)

    kind: OrganisationKind
    provider_kind: ProviderKind | None = None
    name_sv: Name
    name_en: Name
    external_id: ExternalId | None = None
    municipality_code: MunicipalityCode | None = None
    funded_by_id: Id | None = None
    in_county: Switch = True


class OrganisationChange(OrganisationGiven, Change):
    """The fields of an organisation to change. De uppgifter om organisationen som ska ändras."""

    model_config = example({"nameSv": "Nacka kommun, vård och omsorg"})


class OrganisationShown(Changeable):
    """An organisation. En organisation."""

    model_config = example({"id": "org_nacka", "version": 1, **_ORGANISATION, "synthetic": False})

    kind: OrganisationKind
    provider_kind: ProviderKind | None
    name_sv: str
    name_en: str
    external_id: str | None
    municipality_code: str | None
    funded_by_id: str | None
    in_county: bool
    synthetic: bool


class MunicipalityFilter(Paging):
    """Which municipalities to list. Vilka kommuner som ska listas."""

    in_county: bool | None = Field(None, description="In the county or outside it. I länet eller utanför.")
    sort: str | None = sorting("name", "population", "inCounty")


class OrganisationFilter(Paging):
    """Which organisations to list. Vilka organisationer som ska listas."""

    kind: OrganisationKind | None = Field(None, description="Of one kind. Av ett visst slag.")
    provider_kind: ProviderKind | None = Field(
        None, description="Of one kind of provider. Av ett visst slags huvudman."
    )
    external_id: ExternalId | None = Field(None, description="With its own id. Med organisationens eget id.")
    municipality_code: MunicipalityCode | None = Field(None, description="In one municipality. I en viss kommun.")
    sort: str | None = sorting("nameSv", "nameEn", "kind", "providerKind", "externalId", "municipalityCode", "id")


class SiteDetails(Given):
    """A site's name and municipality. En studieorts namn och kommun."""

    name: Name
    municipality_code: MunicipalityCode


class SiteGiven(SiteDetails):
    """A site of a decentralised programme. En studieort för ett decentraliserat program."""

    model_config = example(_SITE)

    institution_id: Id


class SiteChange(SiteDetails, Change):
    """The fields of a site to change. De uppgifter om studieorten som ska ändras."""

    model_config = example({"name": "Sunderbyn sjukhus"})


class SiteShown(Changeable):
    """A site. En studieort."""

    model_config = example({"id": "sit_sunderbyn", "version": 1, **_SITE})

    institution_id: str
    name: str
    municipality_code: str


class SiteFilter(Paging):
    """Which sites to list. Vilka studieorter som ska listas."""

    institution_id: Id | None = Field(None, description="Of one lärosäte. Från ett visst lärosäte.")
    municipality_code: MunicipalityCode | None = Field(None, description="In one municipality. I en viss kommun.")
    sort: str | None = sorting("name", "institutionId", "municipalityCode", "id")


class LevelGiven(Given):
    """An assessment of an education level. En bedömning av en utbildningsnivå."""

    model_config = example(
        {
            "met": True,
            "judgedOn": "2026-10-01",
            "evidence": "Rutin beslutad av verksamhetschefen 2026-09-15",
            "validUntil": "2028-09-30",
        }
    )

    met: Switch
    judged_on: Day
    evidence: Evidence | None = Field(
        None,
        description="What the assessment rests on, in words or as an address; never a person. "
        "Vad bedömningen grundas på, i ord eller som en adress; aldrig en person.",
    )
    valid_until: Day | None = Field(
        None,
        description="The last day on which the assessment counts. Sista dagen som bedömningen gäller.",
    )


class LevelShown(Shown):
    """The latest assessment of an education level. Den senaste bedömningen av en utbildningsnivå."""

    level: str
    met: bool
    judged_on: dt.date
    evidence: str | None
    valid_until: dt.date | None


class UnitGiven(Given):
    """A unit where students learn. En enhet där studenter har sin VFU."""

    model_config = example(_UNIT)

    name: Name
    provider_id: Id = Field(
        description="The provider that is responsible for the care. Den huvudman som ansvarar för vården."
    )
    operator_id: Id | None = Field(
        None,
        description="The organisation that runs the unit, if not the provider. "
        "Den som driver enheten, om inte huvudmannen gör det.",
    )
    excluded_from_agreement: Switch = Field(
        default=False,
        description="Whether the provider's agreements exclude the unit. "
        "Om enheten är undantagen från huvudmannens avtal.",
    )
    municipality_code: MunicipalityCode
    site_id: Id | None = None
    kinds: UnitKinds
    lat: Latitude
    lon: Longitude
    hsa_id: ExternalId | None = None
    zone: ExternalId | None = None
    max_students: Count | None = Field(
        None,
        description="The most students at a time; null: no ceiling. Högsta antal studenter samtidigt; null: inget tak.",
    )
    university_healthcare: Switch = False
    contact_function: Name | None = Field(
        None,
        description="The function that students turn to, not a person. "
        "Den funktion som studenterna vänder sig till, inte en person.",
    )
    contact_email: Annotated[str, Field(max_length=LONGEST_EMAIL, pattern=EMAIL)] | None = None
    contact_phone: Annotated[str, Field(max_length=LONGEST_PHONE, pattern=_PHONE)] | None = None


class UnitChange(UnitGiven, Change):
    """The fields of a unit to change. De uppgifter om enheten som ska ändras."""

    model_config = example({"maxStudents": 4})


class UnitShown(Changeable):
    """A unit. En enhet."""

    model_config = example(
        {
            "id": "unt_geriatrics",
            "version": 1,
            **_UNIT,
            "educationLevels": [
                {
                    "level": "vfu-offered",
                    "met": True,
                    "judgedOn": "2026-10-01",
                    "evidence": "Rutin beslutad av verksamhetschefen 2026-09-15",
                    "validUntil": "2028-09-30",
                }
            ],
            "synthetic": False,
        }
    )

    name: str
    provider_id: str
    operator_id: str | None
    excluded_from_agreement: bool
    municipality_code: str
    site_id: str | None
    kinds: list[str]
    lat: float
    lon: float
    hsa_id: str | None
    zone: str | None
    max_students: int | None
    university_healthcare: bool
    contact_function: str | None
    contact_email: str | None
    contact_phone: str | None
    education_levels: list[LevelShown]
    synthetic: bool

    @classmethod
    def of(cls, place: UnitPlace) -> UnitShown:
        """Show a unit with its education levels."""
        levels = [LevelShown.model_validate(level) for level in place.levels]
        return cls(education_levels=levels, **place.unit.model_dump())


class UnitFilter(Paging):
    """Which units to list. Vilka enheter som ska listas."""

    provider_id: Id | None = Field(None, description="Of one provider. Hos en viss huvudman.")
    municipality_code: MunicipalityCode | None = Field(None, description="In one municipality. I en viss kommun.")
    site_id: Id | None = Field(None, description="At one site. På en viss studieort.")
    hsa_id: ExternalId | None = Field(None, description="With one HSA-id. Med ett visst HSA-id.")
    kind: UnitKind | None = Field(None, description="Of one kind of care. Med ett visst slags vård.")
    sort: str | None = sorting("name", "providerId", "municipalityCode", "siteId", "hsaId", "maxStudents", "id")
