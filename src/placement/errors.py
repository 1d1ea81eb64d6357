"""Errors: what can go wrong for a caller, in Swedish and English; only the API knows the HTTP status of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from placement_solver.words import Words


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, in Swedish and English, and where: a JSON Pointer, or ``?`` and a parameter's name."""

    pointer: str
    en: str
    sv: str

    @property
    def words(self) -> Words:
        """Return what is wrong in both languages."""
        return Words(self.sv, self.en)


def no_such(pointer: str, what: Words, where: Words | None = None) -> Fault:
    """Return the fault of a value that refers to something that the caller does not have, or not there."""
    beside = Words(f" {where.sv}", f" {where.en}") if where else Words("", "")
    return Fault(pointer, f"there is no such {what.en}{beside.en}", f"{what.sv} finns inte{beside.sv}")


class PlacementError(Exception):
    """Something that could not be done: a stable code, a message in Swedish and English, and the faults found."""

    code: ClassVar[str] = "error"

    def __init__(self, *, sv: str, en: str, faults: Iterable[Fault] = ()) -> None:
        super().__init__(en)
        self.sv = sv
        self.en = en
        self.faults = tuple(faults)


class NotFoundError(PlacementError):
    """What was asked for does not exist, or the caller may not see it; the error does not say which."""

    code = "not-found"

    def __init__(self, name: str) -> None:
        super().__init__(sv=f"'{name}' finns inte.", en=f"There is no '{name}'.")


class NotAllowedError(PlacementError):
    """The caller's role does not permit this."""

    code = "not-allowed"


class ConflictError(PlacementError):
    """The current state does not allow it: it already exists, is in use, or refers to something that does not exist."""

    code = "conflict"


class StaleError(ConflictError):
    """Someone has changed the row since the caller read it."""

    code = "stale"


class InvalidError(PlacementError):
    """What was given breaks a rule; every fault found is named."""

    code = "invalid"

    def __init__(self, *faults: Fault) -> None:
        super().__init__(
            sv=f"Uppgifterna kan inte tas emot: {'; '.join(fault.sv for fault in faults)}",
            en=f"This cannot be accepted: {'; '.join(fault.en for fault in faults)}",
            faults=faults,
        )


class UnavailableError(PlacementError):
    """Something that the service rests on, such as its database, is not there now; the same call may succeed later."""

    code = "unavailable"


class TooSoonError(PlacementError):
    """A caller asks for more than it may have at once; after ``wait`` seconds the same call may succeed."""

    def __init__(self, wait: int, *, sv: str, en: str) -> None:
        super().__init__(sv=sv, en=en)
        self.wait = wait


class OutageError(UnavailableError):
    """The database does not answer, or lacks this version's tables; what is said of it is for who runs the service."""

    def __init__(self) -> None:
        super().__init__(
            sv="Databasen svarar inte, eller är inte migrerad (placement migrate).",
            en="The database does not answer, or is not migrated (placement migrate).",
        )


class BusyError(UnavailableError):
    """Somebody else has been writing for longer than was waited: nothing is kept, and the call may be repeated."""

    def __init__(self) -> None:
        super().__init__(
            sv="Databasen är upptagen av något annat som sparas. Inget har ändrats. Försök igen om en stund.",
            en="The database is busy: something else is being saved. Nothing has changed. Try again in a moment.",
        )


class DiskFullError(UnavailableError):
    """Nothing can be written, since the database's disk is full; what is stored can be read."""

    code = "disk-full"

    def __init__(self) -> None:
        super().__init__(
            sv="Databasens disk är full. Inget har ändrats. Det som redan finns går att läsa.",
            en="The database's disk is full. Nothing has changed. What is there already can be read.",
        )


class LostRaceError(UnavailableError):
    """Others changed the same rows at the same moment and were first: nothing is kept, and the call may be repeated."""

    def __init__(self) -> None:
        super().__init__(
            sv="Flera ändrade samma uppgifter samtidigt. Inget är sparat. Försök igen om en stund.",
            en="Several changed the same rows at the same time. Nothing has been kept. Retry in a moment.",
        )
