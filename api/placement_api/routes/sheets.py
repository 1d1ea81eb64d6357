"""Routes of sheets: each list that can be loaded in bulk is exported, imported, and offered as an empty template."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from placement.sheets.writing import Sheet, write_csv, write_xlsx
from placement_api.importing import Sent, bring_in
from placement_api.lists import LISTS, Listed
from placement_api.media_types import CSV, FILES, XLSX
from placement_api.problems import language_of
from placement_api.routes.paths import NAMED_IN_QUERY
from placement_api.schemas.sheets import Form, Headings, ImportAsked, ImportShown, SheetAsked
from placement_api.templates import in_words, template_of
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["sheets"])

_FILE = {"schema": {"type": "string"}}
SHEET: dict[int | str, dict[str, Any]] = {
    200: {"description": "The sheet. Kalkylbladet.", "content": {CSV: _FILE, XLSX: _FILE}}
}

_MARKED: dict[int | str, dict[str, Any]] = {422: {"description": "", "content": {XLSX: _FILE}}}


def _answers(listed: Listed) -> dict[int | str, dict[str, Any]]:
    """Describe what an export may answer: a site round that is named in the query may not be found."""
    return SHEET | NAMED_IN_QUERY if "round_id" in listed.asked.model_fields else SHEET


def _body(listed: Listed) -> dict[str, Any]:
    """Describe the forms of an import's body for the contract."""
    content: dict[str, Any] = {
        "application/json": {"schema": {"$ref": f"#/components/schemas/{listed.rows.__name__}"}},
        **dict.fromkeys(FILES, _FILE),
    }
    content[CSV] = {**_FILE, "example": listed.example}
    return {"requestBody": {"required": True, "content": content}}


def as_file(sheet: Sheet, name: str, form: Form) -> Response:
    """Answer with a sheet as a file."""
    return _answer(write_csv(sheet) if form is Form.CSV else write_xlsx(sheet, name), name, form)


def _answer(content: bytes, name: str, form: Form) -> Response:
    """Answer with a file."""
    media = f"{CSV}; charset=utf-8" if form is Form.CSV else XLSX
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return Response(content, media_type=media, headers=headers)


def _exporter(listed: Listed) -> Callable[..., Response]:
    """Make the operation that exports a list."""

    def export(request: Request, store: Any, by: Any, asked: SheetAsked) -> Response:  # noqa: ANN401 (annotated below)
        if asked.template:
            language = language_of(request) if asked.headings is Headings.CODES else asked.headings.value
            term = getattr(asked, "term_id", None)
            return _answer(template_of(store, by, listed, term, language), listed.path, Form.XLSX)
        filters = asked.model_dump(exclude={"format", "headings", "template"}, exclude_none=True)
        wanted = {name.removesuffix("_id"): value for name, value in filters.items()}
        sheet = listed.room.sheet(store, by, **wanted)
        return as_file(in_words(store, listed, sheet, asked.headings.value), listed.path, asked.format)

    export.__annotations__ = {
        "request": Request,
        "store": Transaction,
        "by": listed.reads,
        "asked": Annotated[listed.asked, Query()],
        "return": Response,
    }
    export.__name__ = f"sheet_of_{listed.path.replace('-', '_')}"
    export.__doc__ = (
        f"Export the {listed.what.en} that the caller may see, as CSV or XLSX, or an empty template to fill in.\n\n"
        f"Tar ut de {listed.what.sv} som anroparen får se, som CSV eller XLSX, eller en tom mall att fylla i."
    )
    return export


def _importer(listed: Listed) -> Callable[..., ImportShown]:
    """Make the operation that imports a list."""

    def take_in(request: Request, store: Any, by: Any, asked: ImportAsked, sent: Any) -> ImportShown:  # noqa: ANN401 (annotated below)
        return bring_in(store, by, listed, sent, asked, language_of(request))

    take_in.__annotations__ = {
        "request": Request,
        "store": Transaction,
        "by": listed.writes,
        "asked": Annotated[ImportAsked, Query()],
        "sent": Sent,
        "return": ImportShown,
    }
    take_in.__name__ = f"import_{listed.path.replace('-', '_')}"
    take_in.__doc__ = (
        f"Import {listed.what.en}, all or none, as JSON, CSV, XLSX, XLS or ODS; {listed.matched.en}.\n\n"
        f"Läser in {listed.what.sv}, alla eller inga, som JSON, CSV, XLSX, XLS eller ODS; {listed.matched.sv}."
    )
    return take_in


for _listed in LISTS:
    router.get(
        f"/{_listed.path}/sheet",
        summary=f"Export {_listed.what.en}",
        response_class=Response,
        responses=_answers(_listed),
    )(_exporter(_listed))
    router.post(
        f"/{_listed.path}/imports",
        summary=f"Import {_listed.what.en}",
        openapi_extra=_body(_listed),
        responses=_MARKED,
    )(_importer(_listed))
