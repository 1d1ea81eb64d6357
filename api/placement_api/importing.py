"""Importing: the body of an import, in JSON, CSV or XLSX, read row by row and stored whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import Annotated, Any, Protocol

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from pydantic_core import from_json
from starlette.exceptions import HTTPException

from placement.callers import Caller
from placement.sheets.faults import Faults
from placement.sheets.importing import Outcome, hand_in
from placement.sheets.reading import read_csv, read_xlsx
from placement.sheets.rows import Layout, Line, lines_in, lines_of
from placement_api.schemas.base import Change
from placement_api.schemas.sheets import ImportShown, Rows, layout_of
from placement_api.transactions import Transaction

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHEETS = {CSV: read_csv, XLSX: read_xlsx}
_layout_of = cache(layout_of)


class Room(Protocol):
    """The module of a list in ``placement.sheets``."""

    @property
    def PROTECTED(self) -> frozenset[str]:  # noqa: N802 (a constant of each module)
        """Return the columns whose values are never repeated in a fault."""

    def bring_in(self, session: Transaction, by: Caller, rows: Mapping[int, dict[str, Any]], faults: Faults) -> Outcome:
        """Store the rows, or refuse all of them."""


@dataclass(frozen=True, slots=True)
class Body:
    """The body that was sent, and its form."""

    form: str
    content: bytes

    def lines(self, layout: Layout) -> list[Line]:
        """Read the rows."""
        if self.form in _SHEETS:
            return lines_of(layout, _SHEETS[self.form](self.content))
        try:
            given = from_json(self.content, allow_inf_nan=False)
        except ValueError:
            raise HTTPException(400) from None
        try:
            return lines_in(Rows.model_validate(given).rows)
        except ValidationError as error:
            faults = error.errors(include_url=False, include_input=False, include_context=False)
            raise RequestValidationError([{**fault, "loc": ("body", *fault["loc"])} for fault in faults]) from None


async def _body(request: Request) -> Body:
    """Read the whole body, whose size is bounded."""
    form = request.headers.get("content-type", "").split(";")[0].strip().lower()
    return Body(form, await request.body())


Sent = Annotated[Body, Depends(_body)]


def bring_in(
    store: Transaction, by: Caller, room: Room, row: type[Change], sent: Body, *, dry_run: bool
) -> ImportShown:
    """Check every row as the single operation would, and store all of them or none."""
    lines = sent.lines(_layout_of(row))
    faults = Faults(lines, room.PROTECTED)
    rows: dict[int, dict[str, Any]] = {}
    for index, line in enumerate(lines):
        try:
            rows[index] = row.model_validate(line.values).changes()
        except ValidationError as error:
            for wrong in error.errors(include_url=False, include_input=False, include_context=False):
                faults.note(index, wrong["msg"], wrong["loc"], told=wrong["type"] != "extra_forbidden")
            if faults.full:
                break
    outcome = hand_in(store, lambda: room.bring_in(store, by, rows, faults), dry_run=dry_run)
    return ImportShown(dry_run=dry_run, **asdict(outcome))
