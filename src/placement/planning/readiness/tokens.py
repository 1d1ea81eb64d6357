"""Check of tokens: whose cease to work before the term ends, so that their systems would be shut out in the middle."""

from __future__ import annotations

from collections import Counter

from placement.planning.readiness.findings import Found, Item, by_count, several
from placement.planning.readiness.seen import Seen
from placement.store.access import EVERY
from placement.store.tokens import TokenState, list_tokens
from placement.tables import ApiToken
from placement_solver.words import Words


def find_expiring_tokens(seen: Seen) -> Found | None:
    """Find the tokens that work now but expire before the term ends, by whose they are."""
    last_day = seen.term.first_week.plus(seen.term.weeks - 1).sunday()
    tokens = list_tokens(seen.session, seen.by, state=TokenState.VALID, span=EVERY).rows
    ending = Counter(_holder(seen, token) for token in tokens if token.expires_on < last_day)
    if not ending:
        return None
    items = (Item(holder, name, counts={"tokens": number}) for (holder, name), number in ending.items())
    number, one = several(ending.total(), "tokens"), ending.total() == 1
    words = Words(
        f"{number.sv} slutar gälla före terminens sista dag, {last_day}. Byt {'den' if one else 'dem'} i god tid.",
        f"{number.en} {'expires' if one else 'expire'} before the term's last day, {last_day}. "
        f"Rotate {'it' if one else 'them'} in good time.",
    )
    return Found(words, {"tokens": ending.total()}, by_count(items, "tokens"))


def _holder(seen: Seen, token: ApiToken) -> tuple[str, Words]:
    """Return whose a token is: the organisation's or the unit's provider's, or a role's that has none."""
    organisation = token.organisation_id
    if token.unit_id is not None:
        organisation = seen.units[token.unit_id].provider_id
    return (
        (token.role.value, token.role.words)
        if organisation is None
        else (organisation, seen.organisations[organisation])
    )
