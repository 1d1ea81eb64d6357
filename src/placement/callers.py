"""Callers: who asks, in which role and on whose behalf; every function that reads or changes the store takes one."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass

from placement_solver.words import Words


class Role(enum.StrEnum):
    """What a caller may be."""

    COORDINATOR = "coordinator"
    INSTITUTION = "institution"
    PROVIDER = "provider"
    UNIT = "unit"
    SUPERVISOR = "supervisor"
    STUDENT = "student"
    AUDITOR = "auditor"

    @property
    def words(self) -> Words:
        """Return the role's name, as the glossary has it."""
        return _NAMES[self]


_NAMES: Mapping[Role, Words] = {
    Role.COORDINATOR: Words("samordnare", "coordinator"),
    Role.INSTITUTION: Words("lärosäte", "institution"),
    Role.PROVIDER: Words("huvudman", "provider"),
    Role.UNIT: Words("enhet", "unit"),
    Role.SUPERVISOR: Words("handledare", "supervisor"),
    Role.STUDENT: Words("student", "student"),
    Role.AUDITOR: Words("granskare", "auditor"),
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Someone who asks: the role, the organisation or unit that it belongs to, and the id of the token shown.

    ``trace`` is the trace-id of the call. It identifies the change in the logs of every system involved.
    ``accepts_unusual`` says that what is unusual in the call, such as very many places, is meant.
    ``scopes`` are those that the token is limited to (``store.token_scopes``); None: all that the role may do.
    ``expires_on`` is the last day on which the token works; None for a caller without a token.
    ``sees_protected`` is the right to see the organisation's own students with a protected identity.
    """

    role: Role
    organisation: str | None = None
    unit: str | None = None
    token: str | None = None
    trace: str | None = None
    accepts_unusual: bool = False
    scopes: frozenset[str] | None = None
    expires_on: dt.date | None = None
    sees_protected: bool = False


SYSTEM = Caller(Role.COORDINATOR, token="system")  # noqa: S106 (the name of the actor, not a secret)
"""The service itself: the command line and the demo, acting for the coordinator on the machine it runs on."""
