"""Places: municipalities, organisations, sites, and the units where students learn."""

import datetime as dt
import enum

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from placement.tables.columns import (
    LONGEST_ID,
    LONGEST_NAME,
    MOST,
    Row,
    Versioned,
    bounded,
    new_id,
    on_earth,
    one_of,
    reference,
    sized,
    some_words,
    word_list,
)
from placement.vocabulary import Named

LONGEST_EMAIL = 254
LONGEST_PHONE = 32
LONGEST_EVIDENCE = 1_000


class OrganisationKind(Named):
    """An organisation's part in the agreements: a lärosäte, or a provider of care."""

    INSTITUTION = "institution", "lärosäte", "institution"
    PROVIDER = "provider", "huvudman", "provider"


class ProviderKind(Named):
    """The kind of provider responsible for the care."""

    REGION = "region", "region", "region"
    MUNICIPALITY = "municipality", "kommun", "municipality"
    PRIVATE = "private", "privat", "private"


class Level(enum.StrEnum):
    """The education levels of university healthcare whose subject is published; others may be stored too.

    `placement.reference.facts.education_levels` says of each where its subject is published, and in which words.
    """

    VFU_OFFERED = "vfu-offered"
    TRAINED_SUPERVISORS = "trained-supervisors"
    GOALS_KNOWN = "goals-known"
    FOLLOW_UP = "follow-up"
    ROUTINE_FOR_FAILING = "routine-for-failing"
    NAMED_SUPERVISOR = "named-supervisor"
    INSTRUCTIONS_FOLLOWED = "instructions-followed"
    EVALUATIONS_USED = "evaluations-used"


class TravelSource(Named):
    """Where a travel time comes from."""

    ESTIMATE = "estimate", "uppskattad", "estimate"
    IMPORTED = "imported", "inläst", "imported"
    MANUAL = "manual", "införd för hand", "entered by hand"


class Municipality(Row, Versioned, table=True):
    """A municipality by its SCB code, inside the county or not."""

    __table_args__ = (
        CheckConstraint("length(code) = 4 AND ltrim(code, '0123456789') = ''", name="code_scb"),
        sized("name"),
        *on_earth(),
        bounded("population", 0, 100 * MOST),
    )

    code: str = Field(primary_key=True, max_length=4)
    name: str = Field(max_length=LONGEST_NAME)
    lat: float
    lon: float
    population: int
    in_county: bool


class Organisation(Row, Versioned, table=True):
    """A lärosäte, or a provider of care; a private one may name the municipality or region that funds it."""

    __table_args__ = (
        sized("id", LONGEST_ID),
        sized("name_sv"),
        sized("name_en"),
        sized("external_id", LONGEST_ID),
        CheckConstraint("(kind = 'provider') = (provider_kind IS NOT NULL)", name="provider_kind_of_provider"),
        CheckConstraint(
            "funded_by_id IS NULL OR (provider_kind IS NOT NULL AND provider_kind = 'private' AND funded_by_id <> id)",
            name="funded_by_of_private",
        ),
        UniqueConstraint("external_id"),
    )

    id: str = Field(default_factory=lambda: new_id("org"), primary_key=True, max_length=LONGEST_ID)
    kind: OrganisationKind = Field(sa_type=one_of(OrganisationKind, "kind"))
    provider_kind: ProviderKind | None = Field(default=None, sa_type=one_of(ProviderKind, "provider_kind"))
    name_sv: str = Field(max_length=LONGEST_NAME)
    name_en: str = Field(max_length=LONGEST_NAME)
    external_id: str | None = Field(default=None, max_length=LONGEST_ID)
    municipality_code: str | None = Field(default=None, sa_column=reference("municipality.code", null=True))
    funded_by_id: str | None = Field(default=None, sa_column=reference("organisation.id", null=True))
    in_county: bool = True
    synthetic: bool = False


class OrganisationContact(Row, Versioned, table=True):
    """The function at an organisation that is written to, such as a joint mailbox; never a person's name."""

    __table_args__ = (sized("contact_function"), sized("contact_email", LONGEST_EMAIL))

    organisation_id: str = Field(sa_column=reference("organisation.id", key=True, cascade=True))
    contact_function: str = Field(max_length=LONGEST_NAME)
    contact_email: str = Field(max_length=LONGEST_EMAIL)


class Site(Row, Versioned, table=True):
    """A studieort of a decentralised programme."""

    __table_args__ = (sized("id", LONGEST_ID), sized("name"), UniqueConstraint("institution_id", "name"))

    id: str = Field(default_factory=lambda: new_id("sit"), primary_key=True, max_length=LONGEST_ID)
    institution_id: str = Field(sa_column=reference("organisation.id", index=False))
    name: str = Field(max_length=LONGEST_NAME)
    municipality_code: str = Field(sa_column=reference("municipality.code"))


class Unit(Row, Versioned, table=True):
    """A unit where students learn: who is responsible for it, who runs it, what care it gives, and where it is.

    ``provider_id`` is the party responsible for the care (the funding municipality or region, for care run privately
    on its behalf). ``operator_id`` is the organisation that runs the unit if it is another one (the driftsform). The
    contact is a function that students turn to, never a person's name.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        sized("name"),
        sized("hsa_id", LONGEST_ID),
        sized("zone", LONGEST_ID),
        some_words("kinds"),
        *on_earth(),
        bounded("max_students", 0, MOST),
        sized("contact_function"),
        sized("contact_email", LONGEST_EMAIL),
        sized("contact_phone", LONGEST_PHONE),
        CheckConstraint("NOT excluded_from_agreement OR operator_id IS NOT NULL", name="excluded_has_operator"),
        UniqueConstraint("hsa_id"),
    )

    id: str = Field(default_factory=lambda: new_id("unt"), primary_key=True, max_length=LONGEST_ID)
    name: str = Field(max_length=LONGEST_NAME)
    provider_id: str = Field(sa_column=reference("organisation.id"))
    operator_id: str | None = Field(default=None, sa_column=reference("organisation.id", null=True))
    excluded_from_agreement: bool = False
    municipality_code: str = Field(sa_column=reference("municipality.code"))
    site_id: str | None = Field(default=None, sa_column=reference("site.id", null=True))
    kinds: list[str] = Field(sa_type=word_list())
    lat: float
    lon: float
    hsa_id: str | None = Field(default=None, max_length=LONGEST_ID)
    zone: str | None = Field(default=None, max_length=LONGEST_ID)
    max_students: int | None = None
    university_healthcare: bool = False
    contact_function: str | None = Field(default=None, max_length=LONGEST_NAME)
    contact_email: str | None = Field(default=None, max_length=LONGEST_EMAIL)
    contact_phone: str | None = Field(default=None, max_length=LONGEST_PHONE)
    synthetic: bool = False


class EducationLevel(Row, table=True):
    """Whether a unit met one of the education levels on the day it was judged; the latest day counts.

    ``evidence`` says in words, or with an address, what the judgement rests on, and never names a person;
    ``valid_until`` is the last day on which the judgement counts, if it has one.
    """

    __table_args__ = (
        sized("level", 64),
        sized("evidence", LONGEST_EVIDENCE),
        CheckConstraint("valid_until IS NULL OR valid_until >= judged_on", name="valid_after_judged"),
    )

    unit_id: str = Field(sa_column=reference("unit.id", key=True, cascade=True))
    level: str = Field(primary_key=True, max_length=64)
    judged_on: dt.date = Field(primary_key=True)
    met: bool
    evidence: str | None = Field(default=None, max_length=LONGEST_EVIDENCE)
    valid_until: dt.date | None = None


class TravelTime(Row, table=True):
    """Minutes from one zone to another, for journeys that a straight line misjudges (islands, railways)."""

    __table_args__ = (
        sized("origin", LONGEST_ID),
        sized("destination", LONGEST_ID),
        bounded("minutes", 0, 10_000),
    )

    origin: str = Field(primary_key=True, max_length=LONGEST_ID)
    destination: str = Field(primary_key=True, max_length=LONGEST_ID)
    minutes: int
    source: TravelSource = Field(default=TravelSource.ESTIMATE, sa_type=one_of(TravelSource, "source"))


def agreement_party(unit: Unit) -> str:
    """Return the party whose agreements cover a unit: its provider, or its operator if the unit is excluded."""
    if unit.excluded_from_agreement and unit.operator_id is not None:
        return unit.operator_id
    return unit.provider_id
