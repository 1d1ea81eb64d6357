"""Pseudonyms: how a lärosäte or a provider names a person, which is never by an identity number."""

from __future__ import annotations

from placement.identity_numbers import REFUSED, resembles_identity_number
from placement.store.access import fault


def check_pseudonym(external_id: str) -> None:
    """Refuse a pseudonym that is, or might be, a personal identity number; the fault does not repeat it."""
    if resembles_identity_number(external_id):
        raise fault("/external_id", REFUSED.en, REFUSED.sv)
