"""Schemas of the audit trail, its head, and inquiries in it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from placement.callers import Role
from placement.refusals import form, refused
from placement.store.heads import Head
from placement.store.inquiries import MOST_PEOPLE, CouldSee, Inquiry, PersonSeen, Seen
from placement.tables import Action, AuditEntry
from placement_api.paging import Paging
from placement_api.schemas.base import FIRST_YEAR, LAST_YEAR, ExternalId, Given, Id, Shown, Word, example
from placement_api.sorting import sorting

_TRACE = form("^[0-9a-f]{32}$", "ett trace-id: 32 tecken 0–9 och a–f", "a trace-id: 32 characters 0–9 and a–f")


def _as_written(value: object) -> object:
    """Refuse a number where a moment is expected; pydantic would read it as seconds since 1970."""
    if not isinstance(value, str | dt.datetime):
        raise _no_moment()
    try:
        return dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError as error:
        raise _no_moment() from error


def _in_a_zone(moment: dt.datetime) -> dt.datetime:
    """Refuse a moment without a time zone, or far from everything in the trail; the rest is told in UTC."""
    if moment.tzinfo is None or not FIRST_YEAR < moment.year <= LAST_YEAR:
        raise _no_moment()
    return moment.astimezone(dt.UTC)


def _no_moment() -> ValueError:
    return refused(
        "ange en tidpunkt med tidszon, som 2027-01-31T08:00:00Z",
        "give a moment with its time zone, such as 2027-01-31T08:00:00Z",
    )


Moment = Annotated[dt.datetime, BeforeValidator(_as_written), AfterValidator(_in_a_zone)]


class AuditEntryShown(Shown):
    """Who changed what; protected values are not repeated. Vem som ändrade vad, utan skyddade värden."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "aud_17",
                "at": "2026-11-02T08:00:00Z",
                "actorToken": "5f0c40aa5f0c40aa",
                "actorRole": "provider",
                "actorOrganisation": "org_nacka",
                "action": "changed",
                "objectType": "unit",
                "objectId": "unt_geriatrics",
                "before": {"maxStudents": 6},
                "after": {"maxStudents": 4},
                "studentIds": None,
                "erased": False,
                "hash": "3f1c0d5e9a7b4c2f8e6d1a0b9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d",
                "trace": "4bf92f3577b34da6a3ce929d0e0e4736",
            }
        }
    )

    id: str
    at: dt.datetime
    actor_token: str | None
    actor_role: Role
    actor_organisation: str | None
    action: Action
    object_type: str
    object_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    student_ids: list[str] | None = Field(
        description="The students whom the entry is about. De studenter som posten handlar om."
    )
    erased: bool = Field(
        description="Whether its values and people have been erased. Om dess värden och personer är raderade."
    )
    trace: str | None = Field(description="The trace-id of the call (traceparent). Anropets trace-id (traceparent).")
    hash: str = Field(
        description="SHA-256 of the entry and of the hash before it. SHA-256 av posten och av hashen före den."
    )

    @classmethod
    def of(cls, entry: AuditEntry) -> AuditEntryShown:
        """Return an entry with its fields named as in the rest of the API."""
        columns = entry.model_dump(exclude={"sequence", "before", "after", "people", "salt", "payload_hash"})
        return cls(
            id=f"aud_{entry.sequence}",
            before=_in_camel_case(entry.before),
            after=_in_camel_case(entry.after),
            erased=entry.salt is None,
            student_ids=entry.people,
            **columns,
        )


def _in_camel_case(values: dict[str, Any] | None) -> dict[str, Any] | None:
    """Rename the store's fields as the API names them."""
    return None if values is None else {to_camel(name): value for name, value in values.items()}


class AuditFilter(Paging):
    """Which entries are wanted. Vilka loggposter som önskas."""

    object_type: Word | None = Field(
        None,
        description="Such as capacity_offer. Till exempel capacity_offer.",
    )
    object_id: Annotated[ExternalId, Field(max_length=512)] | None = Field(
        None, description="Of one object, by its id. För ett visst objekt, efter dess id."
    )
    actor_organisation: Id | None = Field(None, description="By one organisation. Av en viss organisation.")
    action: Action | None = Field(None, description="Of one kind. Av ett visst slag.")
    trace: Annotated[str, Field(pattern=_TRACE)] | None = Field(
        None, description="By the trace-id of the call. Efter anropets trace-id."
    )
    actor_token: Id | None = Field(None, description="By one token, by its id. Av en viss nyckel, efter dess id.")
    since: Moment | None = Field(None, description="From this moment on. Från och med denna tidpunkt.")
    until: Moment | None = Field(None, description="Before this moment. Före denna tidpunkt.")
    reads: bool = Field(default=False, description="Show looks at students too. Visa också läsningar om studenter.")
    sort: str | None = sorting("at", "objectType", "objectId", "actorOrganisation", "action")


class HeadShown(Shown):
    """How far the audit trail has come, signed with Ed25519. Hur långt granskningsloggen har kommit, undertecknat.

    The signature is of the other fields as canonical JSON (RFC 8785), named as in a head's file (``public_key``).
    Signaturen är av de andra fälten som kanonisk JSON (RFC 8785), med namnen i ett huvuds fil (``public_key``).
    """

    model_config = example(
        {
            "format": "placement-audit-head/1",
            "sequence": 1742,
            "hash": "3f1c0d5e9a7b4c2f8e6d1a0b9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d",
            "entries": 1742,
            "at": "2027-01-31T08:00:00.000000+00:00",
            "publicKey": "csyVcexzb8lVZ07mrw8Wpy32adiKeLTArsWAEwQ25h8=",
            "signature": "Q4Db3N/W+INu+VIfI1pJVg4cqM75QgHCGSGKNNHYuviI3ZvEu+IhD5Hauv8/kJ8fZEBGU1lYhTMW5M8SBQ0iCQ==",
        }
    )

    format: str
    sequence: int = Field(description="The number of the last entry; 0 if there is none. Den sista postens nummer.")
    hash: str = Field(description="The last entry's hash. Den sista postens hash.")
    entries: int = Field(description="The number of entries. Antal poster.")
    at: str = Field(description="When the head was made. När huvudet gjordes.")
    public_key: str = Field(description="The key of the signature, in base64. Signaturens nyckel, i base64.")
    signature: str = Field(description="In base64. I base64.")

    @classmethod
    def of(cls, head: Head) -> HeadShown:
        """Return a head as the API shows it."""
        return cls.model_validate(head)


class InquiryGiven(Given):
    """Which students, and between which times. Vilka studenter, och mellan vilka tidpunkter."""

    model_config = example(
        {
            "studentIds": ["stu_0a1b2c3d4e5f6a7b"],
            "since": "2027-01-31T00:00:00+01:00",
            "until": "2027-02-03T00:00:00+01:00",
        }
    )

    student_ids: Annotated[list[Id], Field(min_length=1, max_length=MOST_PEOPLE)]
    since: Moment = Field(description="The first moment. Den första tidpunkten.")
    until: Moment = Field(description="The moment before which the time ends. Tidpunkten då tiden slutar.")


class SeenShown(Shown):
    """How often somebody saw or changed something of a student. Hur ofta någon såg eller ändrade något om en student.

    ``what`` is the operation of a look, or the kind of row that was changed; ``firstEntry`` and ``lastEntry`` are in
    the audit trail. ``what`` är läsningens operation, eller slaget av rad som ändrades; posterna finns i loggen.
    """

    token_id: str | None
    label: str | None
    role: Role
    organisation_id: str | None
    action: Action
    what: str
    times: int
    first: dt.datetime
    last: dt.datetime
    first_entry: str
    last_entry: str

    @classmethod
    def of(cls, seen: Seen) -> SeenShown:
        """Return it as the API shows it."""
        return cls(
            token_id=seen.who.token,
            label=seen.who.label,
            role=seen.who.role,
            organisation_id=seen.who.organisation,
            action=seen.action,
            what=seen.what,
            times=seen.times,
            first=seen.first,
            last=seen.last,
            first_entry=f"aud_{seen.first_entry}",
            last_entry=f"aud_{seen.last_entry}",
        )


_UNTIL = "2027-09-05T22:00:00Z"


class CouldSeeShown(Shown):
    """A token that by its role let see the student then. En nyckel som genom sin roll lät se studenten då."""

    token_id: str | None
    label: str | None
    role: Role
    organisation_id: str | None
    unit_id: str | None
    since: dt.datetime = Field(description="When it was made. När den gjordes.")
    until: dt.datetime = Field(description="When it ended or will end. När den upphörde eller upphör.")

    @classmethod
    def of(cls, could: CouldSee) -> CouldSeeShown:
        """Return it as the API shows it."""
        return cls(
            token_id=could.who.token,
            label=could.who.label,
            role=could.who.role,
            organisation_id=could.who.organisation,
            unit_id=could.unit,
            since=could.since,
            until=could.until,
        )


class PersonSeenShown(Shown):
    """What was found out about one student. Vad som kom fram om en student."""

    student_id: str
    known: bool = Field(description="Whether there is such a student now. Om studenten finns nu.")
    deeds: list[SeenShown] = Field(description="Who saw or changed something. Vilka som såg eller ändrade något.")
    accesses: list[CouldSeeShown] = Field(description="Who could see. Vilka som kunde se.")

    @classmethod
    def of(cls, person: PersonSeen) -> PersonSeenShown:
        """Return it as the API shows it."""
        return cls(
            student_id=person.student,
            known=person.known,
            deeds=[SeenShown.of(each) for each in person.seen],
            accesses=[CouldSeeShown.of(each) for each in person.could_see],
        )


_WHO = {
    "tokenId": "5f0c40aa5f0c40aa",
    "label": "Nacka, vårdenheter",
    "role": "provider",
    "organisationId": "org_nacka",
}


class InquiryShown(Shown):
    """Who saw or changed something of some students, and who could. Vilka som såg, ändrade eller kunde se något."""

    model_config = example(
        {
            "since": "2027-01-30T23:00:00Z",
            "until": "2027-02-02T23:00:00Z",
            "erasedEntries": 0,
            "students": [
                {
                    "studentId": "stu_0a1b2c3d4e5f6a7b",
                    "known": True,
                    "deeds": [
                        {
                            **_WHO,
                            "action": "read",
                            "what": "GET /v1/placements",
                            "times": 3,
                            "first": "2027-01-31T08:00:00Z",
                            "last": "2027-02-01T14:20:00Z",
                            "firstEntry": "aud_1742",
                            "lastEntry": "aud_1901",
                        }
                    ],
                    "accesses": [
                        {**_WHO, "unitId": None, "since": "2026-08-01T07:00:00Z", "until": "2027-09-05T22:00:00Z"}
                    ],
                }
            ],
        }
    )

    since: dt.datetime
    until: dt.datetime
    erased_entries: int = Field(
        description="How many entries of the time are erased, and say nothing any more. "
        "Hur många poster från tiden som är raderade och inget säger längre."
    )
    students: list[PersonSeenShown]

    @classmethod
    def of(cls, found: Inquiry) -> InquiryShown:
        """Return it as the API shows it."""
        return cls(
            since=found.since,
            until=found.until,
            erased_entries=found.erased,
            students=[PersonSeenShown.of(each) for each in found.people],
        )
