"""Scopes of tokens: what a token may do at most, within what its role may do.

Every operation has exactly one scope: the heading under which the documentation has it, and ``read`` or ``write``. A
token without scopes may do all that its role may. ``read`` alone is every reading; a ``write`` includes the reading
under the same heading, without which nothing can be changed (``If-Match``).
"""

from __future__ import annotations

from collections.abc import Iterable

from placement.callers import Caller
from placement.errors import Fault, InvalidError, NotAllowedError

SUBJECTS = (
    "places",
    "lists",
    "capacity",
    "supervisors",
    "agreements",
    "reminders",
    "terms",
    "education",
    "cohorts",
    "protected-identity",
    "extracts",
    "retention",
    "site-rounds",
    "requests",
    "planning",
    "publishing",
    "placements",
    "swaps",
    "settlement",
    "surveys",
    "follow-up",
    "calendars",
    "student-pages",
    "fairness",
    "webhooks",
    "signing-in",
    "tokens",
    "audit",
)
"""The headings of the documentation with operations that ask for a token."""
READ = "read"
SCOPES = (READ, *(f"{subject}:{verb}" for subject in SUBJECTS for verb in ("read", "write")))
"""Every scope that a token can be given."""


def scope_of(subject: str, method: str) -> str:
    """Return the scope of an operation: the heading it stands under, and whether its method reads or writes."""
    return f"{subject}:{'read' if method == 'GET' else 'write'}"


def permits(held: frozenset[str] | None, scope: str) -> bool:
    """Tell whether a token with these scopes may do what a scope stands for."""
    if held is None or scope in held:
        return True
    subject, _, verb = scope.partition(":")
    return verb == READ and (READ in held or f"{subject}:write" in held)


def demand(by: Caller, scope: str) -> None:
    """Refuse a caller whose token lacks a scope, and name it."""
    if not permits(by.scopes, scope):
        raise NotAllowedError(
            sv=f"Åtkomstnyckeln saknar behörigheten {scope}.", en=f"The token does not have the scope {scope}."
        )


def refuse_wider(by: Caller, scopes: Iterable[str] | None) -> None:
    """Refuse to hand out more than the caller's own token has: scopes that it lacks, or no limit where it has one."""
    if by.scopes is None:
        return
    beyond = ["*"] if scopes is None else [scope for scope in scopes if not permits(by.scopes, scope)]
    if beyond:
        raise NotAllowedError(
            sv="Åtkomstnyckeln får göra mer än din egen. Be någon vars åtkomstnyckel är mindre begränsad.",
            en="The token may do more than your own. Ask somebody whose token is less limited.",
        )


def check_scopes(scopes: Iterable[str]) -> None:
    """Refuse scopes that do not exist."""
    faults = [
        Fault(f"/scopes/{at}", f"there is no scope '{scope}'", f"behörigheten '{scope}' finns inte")
        for at, scope in enumerate(scopes)
        if scope not in SCOPES
    ]
    if faults:
        raise InvalidError(*faults)
