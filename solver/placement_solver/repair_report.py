"""What a repair changed and why, request by request: the document ``placement-moves/1``."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from placement_solver.check import check
from placement_solver.crowding import name_weeks
from placement_solver.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from placement_solver.plan import Placement
    from placement_solver.problem import Problem, RequestId
    from placement_solver.rules import Breach

FORMAT = "placement-moves/1"
_MOST_NAMED = 3
"""At most this many reasons, or students for whom room was made, are named in words. The lists hold them all."""

Kind = Literal["displaced", "moved", "supervisor", "lost", "withdrawn", "placed"]
"""What happened to a request, in order: its old place is no longer possible and it has another; it moved to make room;
only its supervisor changed; it lost its place; it was withdrawn; it had no place and now has one."""
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Move:
    """One change: the place before and after, the rules that the old place now breaks, and whom it made room for."""

    request: RequestId
    kind: Kind
    before: Placement | None
    after: Placement | None
    rules: tuple[str, ...]
    makes_room_for: tuple[RequestId, ...]
    words: Words


def find_moves(
    problem: Problem,
    before: Sequence[Placement],
    after: Sequence[Placement],
    made_room: Mapping[RequestId, Sequence[RequestId]],
) -> tuple[Move, ...]:
    """Return every change between the plan in force and the repaired one, in the order of their requests' ids.

    ``made_room`` maps a moved request to those it made room for. The check says why an old place is not possible.
    """
    now = {placement.request: placement for placement in after}
    was = {placement.request: placement for placement in before}
    asked = [placement for placement in before if placement.request in problem.request]
    breaches: dict[str, list[Breach]] = defaultdict(list)
    for breach in check(problem, asked):
        for request in breach.requests:
            breaches[request].append(breach)
    moves = []
    for request in sorted(was.keys() | now.keys()):
        old, new = was.get(request), now.get(request)
        if old != new:
            kind = _kind_of(problem, old, new, broken=request in breaches)
            told = breaches[request] if kind in {"displaced", "lost", "supervisor"} else []
            rules = tuple(sorted({breach.rule for breach in told}))
            made_room_for = tuple(made_room.get(request, ())) if kind == "moved" else ()
            broken = [breach.words_for(problem, old) for breach in told[:_MOST_NAMED]] if old is not None else []
            words = _words(problem, request, old, new, _why(request, kind, broken, made_room_for))
            moves.append(Move(request, kind, old, new, rules, made_room_for, words))
    return tuple(moves)


def count_kinds(moves: Sequence[Move]) -> dict[str, int]:
    """Count the changes of each kind."""
    counts = Counter(move.kind for move in moves)
    return {kind: counts[kind] for kind in KINDS}


def move_document(move: Move) -> dict[str, Any]:
    """Return one change as the document writes it."""
    parts = asdict(move)
    for side in ("before", "after"):
        if parts[side] is not None:
            del parts[side]["request"]
    return parts


def _kind_of(problem: Problem, old: Placement | None, new: Placement | None, *, broken: bool) -> Kind:
    """Return the kind of a change from one placement to another."""
    if old is None:
        return "placed"
    if old.request not in problem.request:
        return "withdrawn"
    if new is None:
        return "lost"
    if (old.unit, old.start) == (new.unit, new.start):
        return "supervisor"
    return "displaced" if broken else "moved"


def _why(request: RequestId, kind: Kind, broken: Sequence[Words], made_room_for: Sequence[RequestId]) -> Words:
    """Say in words why a request was changed: the rules that its old place breaks, or for whom it made room."""
    if broken:
        name = f"{request}: "  # the whole sentence begins with it
        return Words(
            "; ".join(words.sv.removeprefix(name) for words in broken),
            "; ".join(words.en.removeprefix(name) for words in broken),
        )
    if made_room_for:
        names = ", ".join(made_room_for[:_MOST_NAMED]) + (" …" if len(made_room_for) > _MOST_NAMED else "")
        return Words(f"ger plats åt {names}", f"makes room for {names}")
    return _REASONS[kind]


_REASONS: dict[Kind, Words] = {
    "displaced": Words("platsen finns inte längre", "the place no longer exists"),
    "moved": Words("ger plats åt en annan", "makes room for another"),
    "supervisor": Words("handledarna fördelas om", "the supervisors are reassigned"),
    "lost": Words("platsen behövs för en låst placering", "the place is needed for a pinned placement"),
    "withdrawn": Words("begäran är återkallad", "the request is withdrawn"),
    "placed": Words("det finns plats nu", "there is room now"),
}


def _words(problem: Problem, request: RequestId, old: Placement | None, new: Placement | None, why: Words) -> Words:
    """Say in words where a request was, where it is now, and why."""
    was, now = _place(problem, old), _place(problem, new)
    return Words(f"{request}: {was.sv} → {now.sv}: {why.sv}", f"{request}: {was.en} → {now.en}: {why.en}")


def _place(problem: Problem, placement: Placement | None) -> Words:
    """Name a place: unit, calendar week, supervisor."""
    if placement is None:
        return Words("utan plats", "no place")
    week, name = name_weeks(problem, [placement.start]), placement.supervisor
    if name is None:
        return Words(f"{placement.unit} från {week}", f"{placement.unit} from {week}")
    return Words(f"{placement.unit} från {week} hos {name}", f"{placement.unit} from {week} with {name}")
