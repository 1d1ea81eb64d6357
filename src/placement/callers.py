"""Callers: who asks, in which role and on whose behalf; every function that reads or changes the store takes one."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Role(enum.StrEnum):
    """What a caller may be."""

    COORDINATOR = "coordinator"
    INSTITUTION = "institution"
    PROVIDER = "provider"
    UNIT = "unit"
    SUPERVISOR = "supervisor"
    STUDENT = "student"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Caller:
    """Someone who asks: the role, the organisation or unit that it belongs to, and the id of the token shown.

    ``trace`` is the trace-id of the call. It identifies the change in the logs of every system involved.
    ``accepts_unusual`` says that what is unusual in the call, such as very many places, is meant.
    """

    role: Role
    organisation: str | None = None
    unit: str | None = None
    token: str | None = None
    trace: str | None = None
    accepts_unusual: bool = False


SYSTEM = Caller(Role.COORDINATOR, token="system")  # noqa: S106 (the name of the actor, not a secret)
"""The service itself: the command line and the demo, acting for the coordinator on the machine it runs on."""
