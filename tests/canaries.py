"""Canaries: every personal value that the suite stores is watched for, in everything that the suite sees come out.

Whenever a test stores a student, a supervisor or what is listed in ``WATCHED``, the values that the table of fields
calls personal are remembered with their column and their owner. Every answer to a call, log record, audit entry, event,
webhook, mail and order to the solver's process is then searched for them. A value may come out only where the table
lets that audience see the column as it is, or where the caller has just sent it itself. Files are unpacked first.

A value is watched if it is long enough not to occur by chance: a text of six characters or more with a digit, or a
coordinate with four decimals or more. A travel zone is not watched, for it is the name of a place and told as such.
Processes that a test starts are not watched, apart from the orders they get.
"""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from pypdf import PdfReader
from sqlalchemy import Engine, event, inspect
from sqlmodel import SQLModel, col, select

from placement.callers import Caller, Role
from placement.database import read_session
from placement.fields.forms import Audience, Form, audience_of
from placement.fields.table import OF_COLUMN
from placement.outgoing import deliveries, postman
from placement.store.tokens import digest
from placement.tables import ApiToken, Calendar, ReminderMail, SignInSession, SiteDecision, Student, Supervisor, Unit
from placement_api.media_types import XLSX
from placement_solver import processes

WATCHED: tuple[type[SQLModel], ...] = (Student, Supervisor, SiteDecision, ReminderMail)
"""The tables whose personal values are distinctive enough to be watched for in every test."""
_TOKEN = re.compile(rb"[A-Za-z0-9][A-Za-z0-9_.@+-]{5,}")
_BEARER = re.compile(r"Bearer plc_([0-9a-f]{16})_")
_CALENDAR = re.compile(r"/v1/calendar-feeds/([^/?]+)\.ics")
_COOKIE = re.compile(r"=([^;]+)")
_CONTRACT = Path(__file__).parent.parent / "api" / "placement_api" / "openapi.json"
"""Its examples have values that tests store too, and everyone may read it."""
_DECIMALS = 4
_COORDINATES = frozenset({"lat", "lon"})


@dataclass(frozen=True)
class Planted:
    """Where a value was stored: the column, and those whose it is (organisations and units)."""

    column: str
    owners: frozenset[str]


@dataclass
class Watch:
    """What has been planted, and where it came out though it may not."""

    planted: dict[bytes, set[Planted]] = field(default_factory=dict)
    public: set[bytes] = field(default_factory=set)
    parties: dict[str, frozenset[str]] = field(default_factory=dict)
    leaks: list[str] = field(default_factory=list)
    told: set[tuple[str, Audience]] = field(default_factory=set)

    def learn(self, row: SQLModel) -> None:
        """Remember the personal values of a row that is stored."""
        if isinstance(row, Unit):
            others = self.parties.get(row.id, frozenset())  # several counties have a unit of this id
            self.parties[row.id] = others | {row.id, row.provider_id, *filter(None, [row.operator_id])}
            self.public |= {str(row.lat).encode(), str(row.lon).encode(), str(row.hsa_id).encode(), row.name.encode()}
            return
        table = inspect(type(row)).local_table
        for column in table.columns:
            place = f"{table.name}.{column.name}"
            value = str(getattr(row, column.key))
            if place in OF_COLUMN and is_distinctive(column.name, value):
                self.planted.setdefault(value.encode(), set()).add(Planted(place, self._owners_of(row)))

    def _owners_of(self, row: SQLModel) -> frozenset[str]:
        if isinstance(row, Student):
            return frozenset({row.institution_id})
        if isinstance(row, Supervisor):
            return self.parties.get(row.unit_id, frozenset({row.unit_id}))
        return frozenset()

    def found_in(self, *parts: bytes) -> Iterator[tuple[bytes, set[Planted]]]:
        """Yield the planted values that occur in what came out."""
        for part in parts:
            for token in set(_TOKEN.findall(part)):
                for value in {token, token.rstrip(b".-")}:
                    if value in self.planted and value not in self.public:
                        yield value, self.planted[value]

    def look(self, where: str, parts: Sequence[bytes], by: Caller | Audience | None, known: bytes = b"") -> None:
        """Search what came out somewhere, and remember what may not be there.

        ``by`` is the caller to whom it is told, the audience, or None where nobody may see a personal field. What is in
        ``known`` the caller has sent itself.
        """
        sent = set(_TOKEN.findall(known))
        for value, places in self.found_in(*parts):
            if by is not None:
                self.told |= {(place.column, _audience(by, place)) for place in places if allows(by, place)}
            if value not in sent and not any(allows(by, place) for place in places):
                columns = sorted({place.column for place in places})
                self.leaks.append(f"{where}: {value.decode()} of {', '.join(columns)} is told to {_name(by)}")


WATCH = Watch()


def is_distinctive(column: str, value: str) -> bool:
    """Tell whether a value is one that does not occur by chance, so that finding it says where it comes from."""
    if column == "zone":
        return False
    if column in _COORDINATES:
        return len(value.partition(".")[2]) >= _DECIMALS
    return _TOKEN.fullmatch(value.encode()) is not None and any(letter.isdigit() for letter in value)


def allows(by: Caller | Audience | None, place: Planted) -> bool:
    """Tell whether the table lets somebody see a value as it is."""
    if by is None:
        return place.column.endswith((".id", "supervisor_id"))  # an id of ours says nothing outside the service
    return OF_COLUMN[place.column].form_for(_audience(by, place)) is Form.WHOLE


def _audience(by: Caller | Audience, place: Planted) -> Audience:
    """Return the audience that somebody is beside a value; a value without owners is everybody's own."""
    if isinstance(by, Audience):
        return by
    return audience_of(by, own=not place.owners or bool({by.organisation, by.unit} & place.owners))


def _name(by: Caller | Audience | None) -> str:
    if by is None:
        return "anyone"
    return by.value if isinstance(by, Audience) else f"{by.role} of {by.organisation or by.unit or 'the county'}"


def unpacked(content: bytes, media_type: str = "") -> list[bytes]:
    """Return what a body holds: the parts of a spreadsheet, the text of a PDF, or the body itself."""
    if media_type.startswith(XLSX) and zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return [packed.read(name) for name in packed.namelist()]
    if media_type.startswith("application/pdf"):
        return [page.extract_text().encode() for page in PdfReader(io.BytesIO(content)).pages]
    return [content]


def install() -> None:
    """Watch everything from here on, for the whole session."""
    for table in (*WATCHED, Unit):
        for moment in ("after_insert", "after_update"):
            event.listen(table, moment, lambda _mapper, _connection, row: WATCH.learn(row))
    event.listen(Engine, "before_cursor_execute", _look_at_statement)
    logging.getLogger().addHandler(_Log())
    TestClient.request = _watched(TestClient.request)  # type: ignore[method-assign]
    _look_before(
        processes.ChildProcess, "_send", lambda _self, order: ("the solver's process", [order], Audience.SOLVER)
    )
    _look_before(deliveries, "send", lambda _to, body, _headers: ("a webhook", [body], None))
    _look_before(postman, "hand_over", lambda _s, _name, mail: ("a mail", [mail.get_content().encode()], None))


class _Log(logging.Handler):
    """Looks at every log record."""

    def emit(self, record: logging.LogRecord) -> None:
        if not record.name.startswith(("sqlalchemy", "faker", "hypothesis")):
            WATCH.look(f"the log {record.name}", [record.getMessage().encode(errors="replace")], None)


def _look_at_statement(_c: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
    """Look at what is written to the audit trail and to the feed; both are kept longer than the row itself."""
    if statement.startswith(("INSERT INTO audit_entry", "INSERT INTO event")):
        WATCH.look(statement.split("(", maxsplit=1)[0], [str(parameters).encode()], None)


def _look_before(owner: Any, name: str, told: Callable[..., tuple[str, list[bytes], Audience | None]]) -> None:  # noqa: ANN401
    """Look at what a function is given before it is called."""
    called = getattr(owner, name)

    @wraps(called)
    def looking(*given: Any, **named: Any) -> Any:  # noqa: ANN401
        WATCH.look(*told(*given, **named))
        return called(*given, **named)

    setattr(owner, name, looking)


def _watched(request: Callable[..., Any]) -> Callable[..., Any]:
    """Look at every answer that a test client gets, as the one who asked sees it."""

    @wraps(request)
    def asking(client: TestClient, *given: Any, **named: Any) -> Any:  # noqa: ANN401
        answer = request(client, *given, **named)
        parts = [*unpacked(answer.content, answer.headers.get("Content-Type", "")), str(answer.headers).encode()]
        if next(WATCH.found_in(*parts), None) is not None:
            asked = answer.request
            sent = b" ".join(unpacked(asked.content, asked.headers.get("Content-Type", "")))
            shown = asked.headers.get("Authorization", ""), asked.headers.get("Cookie", "")
            by = _caller_of(client, str(asked.url.path), *shown)
            known = b" ".join([sent, str(asked.url).encode(), b"" if by else _CONTRACT.read_bytes()])
            WATCH.look(f"{asked.method} {asked.url.path}", parts, by, known)
        return answer

    return asking


def _caller_of(client: TestClient, path: str, shown: str, cookies: str) -> Caller | None:
    """Return who gets an answer: the holder of the token that is shown, who is signed in, or whose secret address."""
    with read_session(client.app.state.engine) as session:  # type: ignore[attr-defined]
        bearer, calendar = _BEARER.match(shown), _CALENDAR.search(path)
        if bearer is not None:
            row = session.get(ApiToken, bearer[1])
        else:
            kept = [digest(secret) for secret in _COOKIE.findall(cookies)]
            browser = session.exec(select(SignInSession).where(col(SignInSession.secret_sha256).in_(kept))).first()
            secret = digest(calendar[1]) if calendar else ""
            found = browser or session.exec(select(Calendar).where(Calendar.secret_sha256 == secret)).first()
            row = session.get(ApiToken, found.token_id) if found else None
        return None if row is None else Caller(Role(row.role), row.organisation_id, row.unit_id, row.id)
