"""Model: what a small county must be like after each step of a history, in a few sets and no database.

Requests ask for one place at one of two units; a plan gives each at most one. The model knows what a plan rests on;
whom it places is read from the plan. The model says whether a plan may be published, and what is in force then.
"""

from __future__ import annotations

from dataclasses import dataclass, field

REQUESTS = ("req_a", "req_b", "req_c", "req_d")
UNITS = ("unt_a", "unt_far")


@dataclass(frozen=True)
class Input:
    """What a plan rests on."""

    places: tuple[int, ...]
    asking: frozenset[str]
    agreed: bool
    supervised: int
    standing: frozenset[tuple[str, str]]


@dataclass
class Draft:
    """A plan: what it rests on, the unit of each request that it places, and whether it has been published."""

    run: str
    rests_on: Input
    placed: dict[str, str]
    published: bool = False


@dataclass
class County:
    """The county: places, requests, the agreement, a supervisor, placements in force, and drafts."""

    places: dict[str, int] = field(default_factory=lambda: dict.fromkeys(UNITS, 1))
    asking: set[str] = field(default_factory=lambda: set(REQUESTS))
    agreed: bool = True
    supervised: int = 2
    in_force: dict[str, str] = field(default_factory=dict)
    accepted: set[str] = field(default_factory=set)
    drafts: list[Draft] = field(default_factory=list)
    left_standing: dict[str, int] = field(default_factory=lambda: dict.fromkeys(UNITS, 0))
    """How many were at a unit when it came to have fewer places than that; 0 where there is a place for each."""

    def input(self) -> Input:
        """Return what a plan that is gathered now rests on."""
        standing = frozenset(pair for pair in self.in_force.items() if pair[0] in self.asking)
        places = tuple(self.places[unit] for unit in UNITS)
        return Input(places, frozenset(self.asking), self.agreed, self.supervised, standing)

    def used(self, unit: str) -> int:
        """Return how many are at a unit."""
        return sum(each == unit for each in self.in_force.values())

    def offer(self, unit: str, places: int) -> None:
        """Let a unit have another number of places; those who are there stay until the next plan is published."""
        self.places[unit] = places
        self.left_standing[unit] = self.used(unit) if self.used(unit) > places else 0

    def may_publish(self, draft: Draft) -> bool:
        """Tell whether a draft may be put in force: once, and while the county is what it rests on."""
        return not draft.published and draft.rests_on == self.input()

    def publish(self, draft: Draft) -> None:
        """Put a draft in force; a placement that stays where it is keeps its unit's answer."""
        self.accepted = {each for each in self.accepted if draft.placed.get(each) == self.in_force.get(each)}
        self.in_force = dict(draft.placed)
        draft.published = True
        self.left_standing = dict.fromkeys(UNITS, 0)

    def end(self, request: str) -> None:
        """End a placement; its place is free."""
        unit = self.in_force.pop(request)
        self.accepted.discard(request)
        if self.used(unit) <= self.places[unit]:
            self.left_standing[unit] = 0

    def withdraw(self, request: str) -> None:
        """Withdraw a request; a placement that it has stands until the next plan is published."""
        self.asking.discard(request)

    def waiting(self) -> set[str]:
        """Return who waits: who asks and is nowhere."""
        return self.asking - self.in_force.keys()

    def is_sound(self) -> bool:
        """Tell whether nobody has a place that there is not, except where places were taken away under them."""
        return all(self.used(unit) <= max(self.places[unit], self.left_standing[unit]) for unit in UNITS)
