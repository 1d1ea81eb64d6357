"""Pseudonyms: how a lärosäte or a provider names a person, which is never by an identity number, nor by name."""

from __future__ import annotations

import re

from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.identity_numbers import REFUSED, resembles_identity_number
from placement.register.plausibility import CONFIRM
from placement.store.access import conflict, fault
from placement.store.acting import beyond_own
from placement.store.batches import read_in_batches
from placement.store.protection import hidden_in, in_full
from placement.tables import Student

_BETWEEN = re.compile(r"[\s,._]+")
_WITHIN = re.compile("['\N{RIGHT SINGLE QUOTATION MARK}-]")
_PARTICLES = frozenset({"af", "al", "da", "de", "den", "der", "di", "du", "el", "la", "le", "van", "von"})
_LEAST = 3
"""The fewest letters of a name that is written in small or in large letters only; shorter ones may be codes."""


def check_pseudonym(by: Caller, external_id: str, standing: str | None = None) -> None:
    """Refuse a pseudonym that is, or might be, a personal identity number; ask about one that looks like a name.

    The fault does not repeat it. What is stored already, ``standing``, is not asked about again.
    """
    if resembles_identity_number(external_id):
        raise fault("/external_id", REFUSED.en, REFUSED.sv)
    if external_id != standing and not by.accepts_unusual and looks_like_a_name(external_id):
        raise fault(
            "/external_id",
            f"this looks like a person's name: give a pseudonym, or {CONFIRM.en}",
            f"det här ser ut som ett namn på en person: ange en pseudonym, eller {CONFIRM.sv}",
        )


def refuse_taken(*, taken: bool) -> None:
    """Refuse a pseudonym that another student of the lärosäte has, whether or not the caller finds that student."""
    if taken:
        raise conflict(
            "/external_id",
            "another student of the lärosäte has this pseudonym",
            "en annan student vid lärosätet har den här pseudonymen",
        )


def is_taken(session: Session, student: Student, external_id: str) -> bool:
    """Tell whether a student's lärosäte has another student with a pseudonym, as far as the session finds them."""
    at = col(Student.institution_id) == student.institution_id, col(Student.external_id) == external_id
    return session.exec(select(Student.id).where(*at, col(Student.id) != student.id)).first() is not None


def unseen_pseudonyms(session: Session) -> frozenset[tuple[str, str]]:
    """Return the pseudonyms, each with its lärosäte, of the students who are hidden from a session's reader."""
    hidden = hidden_in(session).student_ids
    named = select(Student.institution_id, Student.external_id)
    with in_full(session), beyond_own(session):
        return frozenset((at, name) for at, name in read_in_batches(session, named, Student.id, hidden))


def looks_like_a_name(text: str) -> bool:
    """Tell whether a text looks like a person's name, or an e-mail address of one: two words or more, only letters."""
    words = [word for word in _BETWEEN.split(text.split("@", maxsplit=1)[0]) if word]
    names = [word for word in words if _is_name(word)]
    beside = [word for word in words if word.casefold() in _PARTICLES or (len(word) == 1 and word.isupper())]
    initials = sum(len(word) == 1 for word in beside)
    return bool(names) and len(names) + initials > 1 and len(names) + len(beside) == len(words)


def _is_name(word: str) -> bool:
    """Tell whether a word may be a name, such as Åsa or Karl-Erik; one with a hyphen has capital letters."""
    whole = _WITHIN.sub("", word)
    if not whole.isalpha() or word.casefold() in _PARTICLES:
        return False
    return (len(whole) > 1 and word.istitle()) or (len(whole) >= _LEAST and (whole == word or word.isupper()))
