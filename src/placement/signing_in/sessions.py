"""Sessions: somebody signed in with a browser, found by the secret in its cookie, until the session ends.

A session ends when it has been idle or has lasted for too long, when its holder signs out, and at once when its access
is revoked: the account withdrawn, the link removed, the token revoked.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass

from sqlmodel import Session, col, delete, select, update
from sqlmodel.sql.expression import SelectOfScalar

from placement.callers import Caller
from placement.clock import now
from placement.settings import Settings
from placement.store import access
from placement.store.access import ANYONE, FIRST, Page, Span
from placement.store.tokens import bearer_of, digest, new_secret
from placement.tables import SignInSession

USED_EVERY = dt.timedelta(minutes=1)
"""How precisely the last use is kept: not every call writes."""
_CSRF = b"placement/csrf/1"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that is valid, who it stands for, and when it ends if it is not used before then."""

    session: SignInSession
    by: Caller
    idle_until: dt.datetime


def begin(
    session: Session,
    by: Caller,
    settings: Settings,
    *,
    token: str,
    account: str | None = None,
    link: str | None = None,
) -> str:
    """Begin a session with a token's access, and return the secret for the browser's cookie, shown only now."""
    secret, moment = new_secret(), now()
    session.exec(delete(SignInSession).where(col(SignInSession.ends_at) < moment))  # over: nothing of them counts
    made = SignInSession(
        secret_sha256=digest(secret),
        token_id=token,
        account_id=account,
        link_id=link,
        created_at=moment,
        used_at=moment,
        ends_at=moment + dt.timedelta(hours=settings.session_hours),
    )
    access.add(session, by, made)
    return secret


def find(session: Session, settings: Settings, secret: str) -> SignedIn | None:
    """Return the session that a cookie's secret belongs to; None if there is none or it has ended."""
    row = session.exec(select(SignInSession).where(SignInSession.secret_sha256 == digest(secret))).first()
    if row is None:
        return None
    by, idle = bearer_of(session, row.token_id), dt.timedelta(minutes=settings.session_idle_minutes)
    if by is None or now() >= min(row.ends_at, row.used_at + idle):
        return None
    return SignedIn(row, by, min(row.ends_at, now() + idle))


def note_use(session: Session, row: SignInSession) -> None:
    """Keep that a session was used just now, without holding up another call of it that does the same."""
    query = update(SignInSession).where(
        col(SignInSession.id) == row.id, col(SignInSession.used_at) < now() - USED_EVERY
    )
    session.exec(query.values(used_at=now()))


def is_due(row: SignInSession) -> bool:
    """Tell whether a session's last use was so long ago that a use should be kept."""
    return row.used_at < now() - USED_EVERY


def end(session: Session, by: Caller, row: SignInSession) -> None:
    """Sign out."""
    access.remove(session, by, row)


def end_everywhere(session: Session, by: Caller, row: SignInSession) -> None:
    """Sign out of every browser that the same person is signed in with."""
    for each in session.exec(_same_person(row)).all():
        access.remove(session, by, each)


def end_those_of(session: Session, by: Caller, *, account: str | None = None, link: str | None = None) -> None:
    """End the sessions of an account, or of a link."""
    of_one = access.matching(
        select(SignInSession), [(SignInSession.account_id, account), (SignInSession.link_id, link)]
    )
    for each in session.exec(of_one).all():
        access.remove(session, by, each)


def list_own(session: Session, by: Caller, present: SignInSession | None, span: Span = FIRST) -> Page[SignInSession]:
    """List the sessions of the person whose session this is, the newest first; who shows a token has none."""
    access.allow(by, ANYONE)
    if present is None:
        return Page([], 0)
    query = _same_person(present).order_by(col(SignInSession.created_at).desc(), col(SignInSession.id))
    return access.page_of(session, query, span)


def end_own(session: Session, by: Caller, present: SignInSession | None, session_id: str) -> None:
    """End one of the own sessions, such as that of a browser left behind."""
    access.allow(by, ANYONE)
    own = None
    if present is not None:
        own = session.exec(_same_person(present).where(SignInSession.id == session_id)).first()
    access.remove(session, by, access.found(own, session_id))


def csrf_token(secret: str) -> str:
    """Return the token that a form or a script of ours shows with a change; other sites cannot know it."""
    return hmac.new(secret.encode(), _CSRF, hashlib.sha256).hexdigest()


def _same_person(row: SignInSession) -> SelectOfScalar[SignInSession]:
    """Return the query for every session that has not ended of the same account, or of the same link."""
    own = SignInSession.account_id == row.account_id if row.account_id else SignInSession.link_id == row.link_id
    return select(SignInSession).where(own, col(SignInSession.ends_at) > now())
