"""Organisations: the lärosäten and the providers of care; everybody may read them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any

from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller
from placement.register.municipalities import municipality_codes
from placement.register.taken import Taken
from placement.register.writing import Writer, keep_fixed, writing
from placement.store.access import (
    ANYONE,
    COORDINATORS,
    FIRST,
    Page,
    Span,
    allow,
    conflict,
    fault,
    found,
    matching,
    page_of,
    refer_among,
)
from placement.tables import Organisation, OrganisationKind, ProviderKind

FUNDERS = frozenset({ProviderKind.REGION, ProviderKind.MUNICIPALITY})


def list_organisations(
    session: Session,
    by: Caller,
    *,
    kind: OrganisationKind | None = None,
    provider_kind: ProviderKind | None = None,
    external_id: str | None = None,
    municipality: str | None = None,
    span: Span = FIRST,
) -> Page[Organisation]:
    """List the lärosäten and providers by name, optionally of one kind, external id or municipality."""
    allow(by, ANYONE)
    row = Organisation
    wanted = (
        (row.kind, kind),
        (row.provider_kind, provider_kind),
        (row.external_id, external_id),
        (row.municipality_code, municipality),
    )
    query = select(row).order_by(col(row.name_sv), col(row.id))
    return page_of(session, matching(query, wanted), span)


def show_organisation(session: Session, by: Caller, organisation_id: str) -> Organisation:
    """Show one organisation."""
    allow(by, ANYONE)
    return found(session.get(Organisation, organisation_id), organisation_id)


def add_organisation(session: Session, by: Caller, given: Mapping[str, Any]) -> Organisation:
    """Enter a lärosäte or a provider."""
    allow(by, COORDINATORS)
    with writing(session, by) as writer:
        return OrganisationBook(writer).enter(given)


def change_organisation(session: Session, by: Caller, organisation_id: str, changes: Mapping[str, Any]) -> Organisation:
    """Change an organisation; its kind cannot be changed."""
    allow(by, COORDINATORS)
    organisation = show_organisation(session, by, organisation_id)
    with writing(session, by) as writer:
        OrganisationBook(writer).change(organisation, changes)
    return organisation


def remove_organisation(session: Session, by: Caller, organisation_id: str) -> None:
    """Remove an organisation that no other row refers to."""
    allow(by, COORDINATORS)
    organisation = show_organisation(session, by, organisation_id)
    with writing(session, by) as writer:
        writer.remove(organisation)


class OrganisationBook:
    """The one place where organisations are written, with their audit entries."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._taken = Taken(writer.session, Organisation.id, Organisation.external_id)

    def enter(self, given: Mapping[str, Any]) -> Organisation:
        """Add a lärosäte or a provider, and return the row."""
        row = Organisation(**given)
        self._check(row.model_dump())
        self._hold_external_id(row.id, row.external_id)
        self._writer.add(row)
        self._provider_kinds[row.id] = row.provider_kind
        return row

    def change(self, row: Organisation, changes: Mapping[str, Any]) -> bool:
        """Change an organisation, and tell whether anything changed."""
        keep_fixed(row, changes, "kind")
        self._check({**row.model_dump(), **changes})
        if changes.get("external_id", row.external_id) != row.external_id:
            self._hold_external_id(row.id, changes["external_id"])
        changed = bool(self._writer.change(row, changes))
        self._provider_kinds[row.id] = row.provider_kind
        return changed

    def _hold_external_id(self, organisation_id: str, external_id: str | None) -> None:
        """Refuse an own id, such as an organisation number, that another organisation has, however it is typed."""
        if not self._taken.take(external_id, organisation_id):
            raise conflict(
                "/external_id",
                "There is already an organisation with this id.",
                "Det finns redan en organisation med det id:t.",
            )

    def _check(self, values: Mapping[str, Any]) -> None:
        """Refuse an organisation whose kinds do not fit together, or that refers to what does not exist."""
        if (values["kind"] is OrganisationKind.PROVIDER) != (values["provider_kind"] is not None):
            raise fault(
                "/provider_kind",
                "a provider has a provider kind; a lärosäte has none",
                "en huvudman har ett slag av huvudman; ett lärosäte har inget",
            )
        if values["municipality_code"] is not None:
            refer_among(self._municipalities, values["municipality_code"], "/municipality_code", nouns.MUNICIPALITY)
        if values["funded_by_id"] is None:
            return
        refer_among(self._provider_kinds, values["funded_by_id"], "/funded_by_id", nouns.ORGANISATION)
        funder = self._provider_kinds[values["funded_by_id"]]
        if values["provider_kind"] is not ProviderKind.PRIVATE or funder not in FUNDERS:
            raise fault(
                "/funded_by_id",
                "only a private provider can be funded, and only by a region or a municipality",
                "bara en privat huvudman kan finansieras, och bara av en region eller en kommun",
            )

    @cached_property
    def _provider_kinds(self) -> dict[str, ProviderKind | None]:
        """The provider kind of each organisation; a lärosäte has none."""
        query = select(col(Organisation.id), col(Organisation.provider_kind))
        return dict(self._writer.session.exec(query).all())

    @cached_property
    def _municipalities(self) -> Collection[str]:
        return municipality_codes(self._writer.session)


def institutions_in(session: Session) -> set[str]:
    """Return the ids of all lärosäten, for those who refer to one."""
    return _of_kind(session, OrganisationKind.INSTITUTION)


def providers_in(session: Session) -> set[str]:
    """Return the ids of all providers, for those who refer to one."""
    return _of_kind(session, OrganisationKind.PROVIDER)


def _of_kind(session: Session, kind: OrganisationKind) -> set[str]:
    """Return the ids of all organisations of a kind."""
    return set(session.exec(select(Organisation.id).where(Organisation.kind == kind)))
