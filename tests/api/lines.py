"""A line of the permission matrix: an operation, and the roles that may do it to our rows and to theirs.

Roles are letters: C coordinator, I institution, P provider, U unit, S supervisor, T student, A auditor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from placement.callers import Role

LETTERS = {
    "C": Role.COORDINATOR,
    "I": Role.INSTITUTION,
    "P": Role.PROVIDER,
    "U": Role.UNIT,
    "S": Role.SUPERVISOR,
    "T": Role.STUDENT,
    "A": Role.AUDITOR,
}
_GOOD = {"GET": 200, "POST": 201, "PUT": 200, "PATCH": 200, "DELETE": 204}
EVERYBODY = "CIPUSTA"


@dataclass(frozen=True)
class Line:
    """The roles that may do an operation (``may``), and those that may do it to the other side's rows too (``reach``).

    ``ours`` and ``theirs`` are ids: of the row in the path or, for a list, of rows that must and must not be
    in it; ``query`` is what such a list is asked with, or what is removed from it. Where the other side stands in the
    body instead, ``their_body`` names it, and is refused with 422. Where a row is one role's alone, ``each`` names by
    letter the others' own. ``good_of_theirs`` is the status for the other side's row, where it differs from ours.
    """

    operation: str
    may: str
    reach: str = ""
    ours: str = ""
    theirs: str = ""
    body: dict[str, Any] | None = None
    their_body: dict[str, Any] | None = None
    good: int = 0
    good_of_theirs: int = 0
    public: bool = False
    query: str = "limit=200"
    each: Mapping[str, str] = field(default_factory=dict)

    @property
    def method(self) -> str:
        return self.operation.split(" ")[0]

    @property
    def template(self) -> str:
        return self.operation.split(" ")[1]

    @property
    def status(self) -> int:
        return self.good or _GOOD[self.method]

    @property
    def names_a_row(self) -> bool:
        return "{" in self.template

    def path(self, row: str) -> str:
        """Return the path with an id in place of its first parameter."""
        before, _, after = self.template.partition("{")
        return before + row + after.partition("}")[2] if after else before

    def ours_of(self, role: Role | None) -> str:
        """Return the id of our row that a role should see."""
        return next((row for letter, row in self.each.items() if LETTERS[letter] is role), self.ours)

    def lets_in(self, role: Role) -> bool:
        return any(LETTERS[letter] is role for letter in self.may)

    def reaches(self, role: Role) -> bool:
        return any(LETTERS[letter] is role for letter in self.reach)
