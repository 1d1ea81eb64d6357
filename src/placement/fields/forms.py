"""Forms and audiences: in which form a personal field may be told, and to whom.

An audience is a role beside a row: the owner of a student is the lärosäte, and the owner of a supervisor is the unit
with its provider. Partner systems, webhooks and secret addresses are the audience of the token that they belong to.
"""

from __future__ import annotations

import enum

from placement.callers import Caller, Role
from placement_solver.words import Words


class Form(enum.StrEnum):
    """In which form a field is told."""

    WHOLE = "whole"
    ROUNDED = "rounded"
    WHETHER = "whether"
    HIDDEN = "hidden"

    @property
    def words(self) -> Words:
        """Return what the form means."""
        return _FORMS[self]


class Audience(enum.StrEnum):
    """To whom a field is told."""

    OWNER = "owner"
    COORDINATOR = "coordinator"
    INSTITUTION = "institution"
    CARE = "care"
    STUDENT = "student"
    AUDITOR = "auditor"
    MACHINE = "machine"
    SOLVER = "solver"

    @property
    def words(self) -> Words:
        """Return the audience's name."""
        return _AUDIENCES[self]


def audience_of(by: Caller, *, own: bool) -> Audience:
    """Return the audience that a caller is beside a row; ``own`` says whether the row belongs to the caller.

    The service itself writes for the coordinator, so it is that audience. What a command prints on the machine it runs
    on is asked for by no caller.
    """
    if by.role is Role.COORDINATOR:
        return Audience.COORDINATOR
    return Audience.OWNER if own else _OF_OTHERS[by.role]


_OF_OTHERS = {
    Role.INSTITUTION: Audience.INSTITUTION,
    Role.PROVIDER: Audience.CARE,
    Role.UNIT: Audience.CARE,
    Role.SUPERVISOR: Audience.CARE,
    Role.STUDENT: Audience.STUDENT,
    Role.AUDITOR: Audience.AUDITOR,
}
_FORMS = {
    Form.WHOLE: Words("som den är", "as it is"),
    Form.ROUNDED: Words(
        "rundad: en annan punkt i samma ruta om fem kilometer, som ger planens egna restider, och restidszonen; bara "
        "i en körnings dokument",
        "rounded: another point of the same five-kilometre square that gives the plan's own travel times, and the "
        "travel zone; only in the documents of a run",
    ),
    Form.WHETHER: Words("bara om det finns någon", "only whether there is one"),
    Form.HIDDEN: Words("inte alls", "not at all"),
}
_AUDIENCES = {
    Audience.OWNER: Words("ägaren", "the owner"),
    Audience.COORDINATOR: Words("samordnaren", "the coordinator"),
    Audience.INSTITUTION: Words("andra lärosäten", "other lärosäten"),
    Audience.CARE: Words("andra i vården", "others in care"),
    Audience.STUDENT: Words("studentens nyckel", "a student's token"),
    Audience.AUDITOR: Words("granskaren", "the auditor"),
    Audience.MACHINE: Words("kommandot på maskinen", "the command on the machine"),
    Audience.SOLVER: Words("lösarens process", "the solver's process"),
}
