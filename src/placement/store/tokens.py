"""Tokens: ``plc_<id>_<secret>``, shown once when created or rotated; only the secret's digest is stored.

A coordinator has every token in hand, an organisation those of its own: a lärosäte its students', a provider its units'
and their supervisors'. Nobody hands out more than they may do themselves. What a token has set up (webhooks, calendars,
students' pages) works as long as the token does; a rotation keeps the token, and with it all of that.
"""

from __future__ import annotations

import base64
import datetime as dt
import enum
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, and_, or_, true
from sqlmodel import Session, col, select

from placement.callers import SYSTEM, Caller, Role
from placement.clock import now, today
from placement.errors import ConflictError, NotAllowedError
from placement.settings import TOKEN_DAYS
from placement.store import access
from placement.store.access import FIRST, PARTIES, Page, Span, refuse_identity_number
from placement.store.batches import read_in_batches
from placement.store.scopes import units_of
from placement.store.token_grants import check_operator, last_day, organisation_for
from placement.store.token_scopes import check_scopes, permits, refuse_wider, scope_of
from placement.store.token_uses import TokenUses
from placement.tables import ApiToken, Unit
from placement.tables.columns import new_id

_FORM = re.compile(r"plc_([0-9a-f]{16})_([0-9A-Za-z_-]{43})")
_SECRET_BYTES = 35  # in base32, 56 characters without padding
NOBODYS = "0" * 64
"""A digest that no secret has: that of a token without one, and compared with where there is no token at all."""
OVERLAP = dt.timedelta(hours=24)
LONGEST_OVERLAP = dt.timedelta(days=30)
MAKES_TOKENS = scope_of("tokens", "POST")


class TokenState(enum.StrEnum):
    """Whether a token works."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


class Refused(enum.StrEnum):
    """Why a token that is shown is nobody's: only the log says which."""

    UNKNOWN = "unknown"
    REPLACED = "replaced"
    EXPIRED = "expired"
    REVOKED = "revoked"


def create_token(
    session: Session,
    by: Caller,
    role: Role,
    organisation: str | None = None,
    unit: str | None = None,
    label: str | None = None,
    *,
    scopes: Sequence[str] | None = None,
    expires_on: dt.date | None = None,
    most_days: int = TOKEN_DAYS,
) -> str:
    """Create a token for a role, with the organisation or unit that the role belongs to, and return it.

    It works to the end of its last day, at most ``most_days`` from now. Without scopes it may do all that its role may.
    """
    secret = secrets.token_urlsafe(32)
    last = last_day(expires_on, most_days)
    return f"plc_{_add(session, by, (role, organisation, unit, label), digest(secret), scopes, last)}_{secret}"


def create_seeing_token(
    session: Session,
    by: Caller,
    organisation: str,
    label: str | None = None,
    *,
    scopes: Sequence[str] | None = None,
    expires_on: dt.date | None = None,
    most_days: int = TOKEN_DAYS,
) -> str:
    """Create a token of a lärosäte that sees its own students with a protected identity, and return it.

    Raises:
        NotAllowedError: the caller is not an operator on the machine.

    """
    check_operator(by)
    secret, given = secrets.token_urlsafe(32), (Role.INSTITUTION, organisation, None, label)
    made = _add(session, by, given, digest(secret), scopes, last_day(expires_on, most_days), sees_protected=True)
    return f"plc_{made}_{secret}"


def give_access(
    session: Session,
    by: Caller,
    role: Role,
    organisation: str | None,
    unit: str | None,
    label: str,
    scopes: Sequence[str] | None = None,
    most_days: int = TOKEN_DAYS,
) -> str:
    """Create a token that has no secret, for somebody who signs in in another way, and return its id."""
    return _add(session, by, (role, organisation, unit, label), NOBODYS, scopes, last_day(None, most_days))


def prolong(session: Session, by: Caller, token_id: str, most_days: int = TOKEN_DAYS) -> None:
    """Give a token its full time from now, if half of that or more has gone: its holder has just signed in."""
    row = session.get_one(ApiToken, token_id)
    if is_ageing(row.expires_on, most_days):
        access.change(session, by, row, {"expires_on": last_day(None, most_days)})


def is_ageing(expires_on: dt.date, most_days: int = TOKEN_DAYS) -> bool:
    """Tell whether half or more of the time that a token can have is gone."""
    return expires_on - today() <= dt.timedelta(days=most_days) / 2


def id_of(token: str) -> str:
    """Return the part of a token that names it; it is no secret."""
    return token.split("_")[1]


def list_tokens(
    session: Session,
    by: Caller,
    *,
    role: Role | None = None,
    organisation: str | None = None,
    unit: str | None = None,
    state: TokenState | None = None,
    span: Span = FIRST,
) -> Page[ApiToken]:
    """List tokens without their secrets, the latest made first: every one, or those of the caller's organisation.

    Those without a secret are not among them: they are listed as the accounts and links that they belong to.
    """
    access.allow(by, PARTIES)
    query = select(ApiToken).where(_in_hand(by), col(ApiToken.secret_sha256) != NOBODYS)
    query = query.order_by(col(ApiToken.created_at).desc(), col(ApiToken.id))
    if state is not None:
        query = query.where(_in_state(state))
    wanted = (ApiToken.role, role), (ApiToken.organisation_id, organisation), (ApiToken.unit_id, unit)
    return access.page_of(session, access.matching(query, wanted), span)


def show_token(session: Session, by: Caller, token_id: str) -> ApiToken:
    """Show one token, without its secret."""
    access.allow(by, PARTIES)
    return access.found(session.exec(select(ApiToken).where(ApiToken.id == token_id, _in_hand(by))).first(), token_id)


def rotate_token(
    session: Session,
    by: Caller,
    token_id: str,
    overlap: dt.timedelta = OVERLAP,
    expires_on: dt.date | None = None,
    most_days: int = TOKEN_DAYS,
) -> str:
    """Give a token a new secret and a new last day, and return it; the secret before works on during the overlap.

    Only one old secret works on. That of a token which has expired does not come to life again.

    Raises:
        ConflictError: the token is revoked, or has no secret, since its holder signs in in another way.
        NotAllowedError: the token may do more than the caller's own, or sees protected students and the caller's not.

    """
    row = show_token(session, by, token_id)
    refuse_wider(by, row.scopes)
    _refuse_protected(by, row)
    _refuse_revoked(row)
    if row.secret_sha256 == NOBODYS:
        raise ConflictError(
            sv="Den som har åtkomsten loggar in på annat sätt. Den har ingen hemlighet att byta.",
            en="Whoever has the access signs in in another way. It has no secret to change.",
        )
    secret = secrets.token_urlsafe(32)
    lives_on = bool(overlap) and state_of(row) is TokenState.VALID
    values = {
        "secret_sha256": digest(secret),
        "previous_sha256": row.secret_sha256 if lives_on else None,
        "previous_until": now() + overlap if lives_on else None,
        "expires_on": last_day(expires_on, most_days),
    }
    access.change(session, by, row, values)
    return f"plc_{row.id}_{secret}"


def revoke_token(session: Session, by: Caller, token_id: str) -> None:
    """Revoke a token by its id: it stops working at once, with all that it has set up.

    Raises:
        ConflictError: it is revoked already, or it is the last with which a coordinator can make tokens. The
            ``placement`` command on the machine may revoke that too.

    """
    row = show_token(session, by, token_id)
    _refuse_revoked(row)
    if row.role is Role.COORDINATOR and by.token != SYSTEM.token:
        _keep_another(session, row)
    access.change(session, by, row, {"revoked_at": now()})


def new_secret() -> str:
    """Make the secret part of an address that works without a token: 56 letters and digits that no one can guess."""
    return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode().lower()


def caller_of(session: Session, token: str, uses: TokenUses | None = None) -> Caller | Refused:
    """Return the caller who presents a token, or why it is nobody's; ``uses`` remembers that it was used or refused.

    An unknown id and a wrong secret take the same path, so that the time it takes does not tell them apart.
    """
    form = _FORM.fullmatch(token)
    if form is None:
        return Refused.UNKNOWN
    row, shown = session.get(ApiToken, form[1]), digest(form[2])
    known = (NOBODYS, NOBODYS) if row is None else (row.secret_sha256, row.previous_sha256 or NOBODYS)
    current, previous = (hmac.compare_digest(shown, each) for each in known)
    if row is None or not (current or previous):
        return Refused.UNKNOWN
    refused = _refusal_of(row, current=current)
    if refused is None:
        if uses is not None:
            uses.note(row)
        return _caller_by(row)
    if uses is not None:
        uses.tell_refused(row.id, refused)
    return refused


def bearer_of(session: Session, token: str) -> Caller | None:
    """Return the caller of a token by its id, for work done on its behalf later; None if the token does not work.

    What is sent or shown without the token itself, such as to a webhook or to whoever signs in by a link, never has a
    student with a protected identity, even if the token sees them.
    """
    row = session.get(ApiToken, token)
    if row is None or state_of(row) is not TokenState.VALID:
        return None
    return replace(_caller_by(row), sees_protected=False)


def state_of(row: ApiToken) -> TokenState:
    """Tell whether a token works today."""
    if row.revoked_at is not None:
        return TokenState.REVOKED
    return TokenState.EXPIRED if row.expires_on < today() else TokenState.VALID


def works() -> ColumnElement[bool]:
    """Return the condition for tokens that work today."""
    return _in_state(TokenState.VALID)


def tokens_by_id(session: Session, ids: Iterable[str]) -> Mapping[str, ApiToken]:
    """Return tokens by their ids, read with one query."""
    return {row.id: row for row in read_in_batches(session, select(ApiToken), ApiToken.id, ids)}


def tokens_of(by: Caller) -> ColumnElement[bool]:
    """Return the condition for tokens with the caller's role, organisation and unit: what they create is shared."""
    return and_(
        col(ApiToken.role) == by.role,
        col(ApiToken.organisation_id).is_not_distinct_from(by.organisation),
        col(ApiToken.unit_id).is_not_distinct_from(by.unit),
    )


def holder_of(session: Session, by: Caller) -> str:
    """Return the label of the caller's token, which says who holds it; the role if there is no token."""
    row = None if by.token is None else session.get(ApiToken, by.token)
    return by.role.value if row is None else row.label


def digest(secret: str) -> str:
    """Return the digest that is stored for a secret; 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _add(
    session: Session,
    by: Caller,
    given: tuple[Role, str | None, str | None, str | None],
    secret: str,
    scopes: Sequence[str] | None,
    last: dt.date,
    *,
    sees_protected: bool = False,
) -> str:
    """Add a token with the digest of its secret, and return its id; ``given`` are role, organisation, unit, label."""
    role, organisation, unit, label = given
    access.allow(by, PARTIES)
    refuse_identity_number("/label", label)
    organisation = organisation_for(session, by, role, organisation, unit)
    check_scopes(scopes or ())
    refuse_wider(by, scopes)
    row = ApiToken(
        id=new_id("plc").removeprefix("plc_"),
        secret_sha256=secret,
        role=role,
        organisation_id=organisation,
        unit_id=unit,
        sees_protected=sees_protected,
        label=label or role.value,
        scopes=None if scopes is None else list(scopes),
        expires_on=last,
    )
    access.add(session, by, row)
    return row.id


def _caller_by(row: ApiToken) -> Caller:
    """Return the caller that a token stands for."""
    return Caller(
        role=row.role,
        organisation=row.organisation_id,
        unit=row.unit_id,
        token=row.id,
        scopes=None if row.scopes is None else frozenset(row.scopes),
        expires_on=row.expires_on,
        sees_protected=row.sees_protected,
    )


def _refusal_of(row: ApiToken, *, current: bool) -> Refused | None:
    """Return why a token with a right secret, the current or the one before, does not work; None if it does."""
    state = state_of(row)
    if state is not TokenState.VALID:
        return Refused(state.value)
    ended = row.previous_until is None or row.previous_until <= now()
    return Refused.REPLACED if ended and not current else None


def _in_hand(by: Caller) -> ColumnElement[bool]:
    """Return the condition for the tokens that a caller may see, rotate and revoke."""
    if by.role is Role.COORDINATOR:
        return true()
    own = col(ApiToken.organisation_id) == by.organisation
    if by.role is Role.INSTITUTION:
        return own
    return or_(own, col(ApiToken.unit_id).in_(select(Unit.id).where(units_of(by))))


def _in_state(state: TokenState) -> ColumnElement[bool]:
    """Return the condition for tokens in a state."""
    revoked, alive = col(ApiToken.revoked_at).is_not(None), col(ApiToken.expires_on) >= today()
    match state:
        case TokenState.REVOKED:
            return revoked
        case TokenState.EXPIRED:
            return and_(~revoked, ~alive)
        case _:
            return and_(~revoked, alive)


def _refuse_protected(by: Caller, row: ApiToken) -> None:
    """Refuse to hand out, with a new secret, a right to see protected students that the caller has not."""
    if row.sees_protected and by.token != SYSTEM.token and not by.sees_protected:
        raise NotAllowedError(
            sv="Åtkomstnyckeln ser studenter med skyddade personuppgifter och det gör inte din egen. Den som sköter "
            "tjänsten kan byta den.",
            en="The token sees students with a protected identity, and your own does not. Whoever operates the service "
            "can change it.",
        )


def _refuse_revoked(row: ApiToken) -> None:
    """Refuse to change a token that is revoked, for good."""
    if row.revoked_at is not None:
        raise ConflictError(
            sv="Åtkomstnyckeln är redan återkallad. Skapa en ny i stället.",
            en="The token is already revoked. Make a new one instead.",
        )


def _keep_another(session: Session, row: ApiToken) -> None:
    """Refuse to revoke the last token that works with which a coordinator can make others.

    The tokens are locked, so that two coordinators do not revoke each other's last ones at the same moment.
    """
    shown = ApiToken.role == Role.COORDINATOR, col(ApiToken.secret_sha256) != NOBODYS
    coordinators = select(ApiToken).where(*shown, works()).order_by(col(ApiToken.id))
    able = [
        each.id
        for each in session.exec(coordinators.with_for_update())
        if permits(None if each.scopes is None else frozenset(each.scopes), MAKES_TOKENS)
    ]
    if able == [row.id]:
        raise ConflictError(
            sv="Det är samordnarens sista åtkomstnyckel som kan skapa andra. Skapa en ny först, eller återkalla den "
            "med kommandot placement token revoke på tjänstens maskin.",
            en="It is the coordinator's last token that can make others. Make a new one first, or revoke it by the "
            "command placement token revoke on the machine of the service.",
        )
