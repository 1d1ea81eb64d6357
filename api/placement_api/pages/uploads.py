"""Uploads: a form's file is brought in as by the API, and kept in the page so that it is chosen only once."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fastapi import Request, Response
from sqlmodel import Session

from placement.callers import Caller
from placement.errors import ConflictError, InvalidError
from placement.sheets.faults import CellFault, SheetError
from placement.sheets.marking import MarkedError
from placement.tables import Term
from placement_api.importing import Body, bring_in
from placement_api.lists import BY_PATH
from placement_api.media_types import FILES, XLSX
from placement_api.pages.fault_words import told_in
from placement_api.pages.forms import KEPT, File, action_in
from placement_api.pages.frame import spoken_by
from placement_api.schemas.sheets import FaultForm, ImportAsked, ImportShown
from placement_solver.words import Words

MOST_KEPT = 500_000
"""Bytes of a file that a page keeps in itself."""
_NO_FILE = Words("Välj en fil.", "Choose a file.")


@dataclass(frozen=True, slots=True)
class Upload:
    """What has come of an upload: the kind of list, its file as the page keeps it, and its faults or its outcome."""

    what: str | None = None
    name: str = ""
    kept: str | None = None
    faults: Sequence[Words] = ()
    cells: Sequence[CellFault] = ()
    outcome: ImportShown | None = None
    read_in: bool = False

    @property
    def refused(self) -> bool:
        """Tell whether the file has faults."""
        return bool(self.faults or self.cells)

    @property
    def counts(self) -> dict[str, str]:
        """Return how many rows of a file that was read in are new, changed and unchanged, for an address."""
        return {name: str(getattr(self.outcome, name)) for name in ("created", "changed", "unchanged")}


NOTHING = Upload()


def take_upload(
    request: Request,
    store: Session,
    by: Caller,
    what: str,
    fields: Mapping[str, str],
    files: Mapping[str, File],
    *,
    term: Term | None = None,
) -> Upload | Response:
    """Try a form's file or read it in, all of it or nothing; its marked copy comes as an answer if that is asked for.

    Rows that name no term are about the one that is given.
    """
    marks = action_in(fields, "read", "mark") == "mark"
    file = files.get("file") or kept_in(fields)
    if file is None:
        return Upload(what, faults=[_NO_FILE])
    upload = Upload(what, file.name, keep(file))
    asked = ImportAsked(
        dry_run="try" in fields,
        accept_unusual="unusual" in fields,
        term_id=None if term is None else term.id,
        faults_as=FaultForm.XLSX if marks else None,
    )
    try:
        outcome = bring_in_file(request, store, by, what, file, asked)
    except MarkedError as error:
        return marked(error, what)
    except SheetError as error:
        return replace(upload, cells=error.cell_faults)
    except (InvalidError, ConflictError) as error:
        return replace(upload, faults=told_in(error))
    return replace(upload, outcome=outcome, read_in="try" not in fields)


def bring_in_file(
    request: Request, store: Session, by: Caller, what: str, file: File, asked: ImportAsked
) -> ImportShown:
    """Bring a file's rows into a list, named as in its address; what the file is is found by what is in it."""
    form = file.form if file.form in FILES else XLSX
    return bring_in(store, by, BY_PATH[what], Body(form, file.content), asked, spoken_by(request))


def marked(error: MarkedError, what: str, status: int = 200) -> Response:
    """Answer with the file itself, its faulty cells marked."""
    headers = {"Content-Disposition": f'attachment; filename="{what}-faults.xlsx"'}
    return Response(error.marked, status, headers, XLSX)


def keep(file: File | None) -> str | None:
    """Return a file as a page keeps it in a field of its form; None if it is too large for that."""
    if file is None or len(file.content) > MOST_KEPT:
        return None
    return base64.b64encode(file.content).decode()


def kept_fields(file: File) -> dict[str, str]:
    """Return the fields by which a page keeps a file that is small enough for that (``keep``)."""
    return {"name": file.name, "form": file.form, KEPT: keep(file) or ""}


def kept_in(fields: Mapping[str, str]) -> File | None:
    """Return the file that a page has kept in its form."""
    try:
        content = base64.b64decode(fields.get(KEPT, ""), validate=True)
    except (binascii.Error, ValueError):
        return None
    return File(fields.get("name", ""), fields.get("form", ""), content) if content else None
