"""Holders: who did something, by what their access is called; one that is called only by its role names nobody."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlmodel import Session

from placement.callers import Caller, Role
from placement.printed.pages import Language, say
from placement.store.changers import last_changer
from placement_api.signing_in.homes import home_of
from placement_solver.words import Words

_ROLES = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Changed:
    """Who changed a row, in words, and when."""

    by: Words
    at: dt.datetime


def names_somebody(label: str) -> bool:
    """Tell whether an access is called something else than its role."""
    return label not in _ROLES


def holder_in(label: str) -> Words:
    """Return what an access is called, in the words of its role if it is called nothing else."""
    return Words(label, label) if names_somebody(label) else Role(label).words


def say_holder(label: str, *, language: Language) -> str:
    """Write what an access is called in a language."""
    return say(holder_in(label), language=language)


def changed_by(store: Session, by: Caller, row_id: str) -> Changed | None:
    """Return who last changed a row, as far as the reader may know."""
    found = last_changer(store, by, row_id)
    return None if found is None else Changed(_somebody(store, by, found.name), found.at)


def _somebody(store: Session, by: Caller, label: str) -> Words:
    """Return who of the reader's own side it is, or that it is somebody there."""
    if names_somebody(label):
        return Words(label, label)
    role = Role(label)
    home = home_of(store, by) if role is by.role else None
    if home is not None:
        return Words(f"någon hos {home.sv}", f"somebody at {home.en}")
    return Words(f"någon med rollen {role.words.sv}", f"somebody with the role {role.words.en}")
