"""The contract: what the OpenAPI document says beyond the routes. `placement_api.publish` writes it down.

Every operation gets the problems it can meet from its own shape, and its examples from its schemas.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from placement_api.idempotency import PARAMETER
from placement_api.limits import EVENT_STREAM
from placement_api.problem_types import PROBLEM_TYPES, ProblemType
from placement_api.problems import MEDIA_TYPE, Problem
from placement_api.schemas.base import Given, Shown
from placement_api.schemas.sheets import BODIES
from placement_solver.words import Words

PROBLEM = "#/components/schemas/Problem"
DESCRIPTION = """\
Clinical placements for the students of a county's term: who offers places, under which agreements, who
needs them, and the plan. Names are in camelCase, weeks are ISO weeks (`2027-W03`; 2026 has a week 53),
moments are in UTC. Lists come in parts (`limit`, `offset`, header `Link`). A change names the version it
changes (`If-Match`).

Verksamhetsförlagd utbildning för en termins studenter i ett län: vem som erbjuder platser, enligt vilka
avtal, vem som behöver dem, och planen. Namn skrivs i camelCase, veckor är ISO-veckor (`2027-W03`; 2026 har en
vecka 53), tidpunkter är i UTC. Listor kommer i delar (`limit`, `offset`, huvudet `Link`). En ändring anger
vilken version den ändrar (`If-Match`).
"""

GROUPS: Mapping[str, Words] = {
    "meta": Words("Om tjänsten själv.", "About the service itself."),
    "sheets": Words("Listor ut och in som kalkylark.", "Lists out and in as spreadsheets."),
    "places": Words(
        "Kommuner, organisationer, platser och enheter.", "Municipalities, organisations, sites and units."
    ),
    "capacity": Words("Platser som erbjuds, vecka för vecka.", "Places offered, week by week."),
    "supervisors": Words("Handledare och deras utbildning.", "Supervisors and their training."),
    "agreements": Words("Samverkansavtal och vad de har gett.", "Agreements and what has been given under them."),
    "terms": Words("Terminer och deras planeringsomgångar.", "Terms and their planning rounds."),
    "education": Words("Program, kurser och deras perioder.", "Programmes, courses and their windows."),
    "cohorts": Words("Kullar och studenter.", "Cohorts and students."),
    "requests": Words("Begäran om placering, och lottning.", "Requests for placements, and lotteries."),
    "planning": Words("Körningar, planer, skäl och priser.", "Runs, plans, reasons and prices."),
    "publishing": Words("Publiceringar och händelseflödet.", "Publications and the feed of events."),
    "placements": Words("Placeringar som gäller, och vilka som väntar.", "Placements in force, and who waits."),
    "calendars": Words("Kalendrar på hemliga adresser.", "Calendars at secret addresses."),
    "webhooks": Words("Händelser som sänds till en egen adress.", "Events sent to an address of one's own."),
    "audit": Words("Vem som har ändrat vad.", "Who has changed what."),
}
"""The groups of operations and what each is about, in the order in which the pages show them."""


def describe(app: FastAPI) -> None:
    """Let the app publish the full document, in the framework's own way: by replacing its method."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document_of(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _document_of(app: FastAPI) -> dict[str, Any]:
    """Take the framework's document and add what it does not know."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=DESCRIPTION,
        routes=app.routes,
        contact={"name": "Samordningen för verksamhetsförlagd utbildning (CKU)"},
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
    )
    document["externalDocs"] = {"description": "Pages to read and to try. Sidor att läsa och prova.", "url": "/docs"}
    document["tags"] = [{"name": name, "description": f"{words.en}\n\n{words.sv}"} for name, words in GROUPS.items()]
    document["info"]["x-sla"] = "No promise yet: version 0. Inget åtagande ännu: version 0."
    document["info"]["x-limitations"] = (
        "A body of 1,000,000 bytes, an import of 10,000,000 bytes and 20,000 rows, 200 rows in a part of a list."
    )
    schemas: dict[str, Any] = document["components"]["schemas"]
    described: tuple[type[BaseModel], ...] = (Problem, *BODIES)
    for model in described:
        shape = model.model_json_schema(by_alias=True, ref_template="#/components/schemas/{model}")
        schemas.update(shape.pop("$defs"))
        schemas[model.__name__] = shape
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for name, example in _examples_of(Given, Shown):
        schemas[name]["example"] = example  # the framework's own copy has lost every null
    document["components"]["responses"] = {
        problem_type.code: _problem_response(problem_type) for problem_type in PROBLEM_TYPES.values()
    }
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method == "post":
                operation.setdefault("parameters", []).append(PARAMETER)
            _add_problems(path, method, operation)
            _add_examples(operation, schemas)
    return document


def _examples_of(*bases: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    """Return every schema's own example by the schema's name."""
    for schema in bases:
        extra = schema.model_config.get("json_schema_extra")
        if isinstance(extra, dict) and "example" in extra:
            yield schema.__name__, extra["example"]
        yield from _examples_of(*schema.__subclasses__())


def _add_problems(path: str, method: str, operation: dict[str, Any]) -> None:
    """Declare every problem that an operation of this shape can meet."""
    parameters = operation.get("parameters", [])
    names = {parameter["name"].lower() for parameter in parameters}
    asks_for = {
        "internal": True,
        "unauthenticated": "security" in operation,
        "not-allowed": "security" in operation,
        "unavailable": "security" in operation or path == "/readyz",
        "not-found": "{" in path,
        "not-acceptable": True,
        "unsupported-media-type": "requestBody" in operation,
        "invalid": bool(parameters) or method != "get",
        "malformed": "requestBody" in operation,
        "too-large": "requestBody" in operation,
        "conflict": method != "get",
        "too-many": EVENT_STREAM in operation["responses"].get("200", {}).get("content", {}),
        "precondition-required": "if-match" in names,
        "stale": "if-match" in names,
    }
    for parameter in parameters:
        parameter["required"] = parameter["required"] or parameter["name"] == "if-match"
    operation["responses"].pop("422", None)
    for problem_type in PROBLEM_TYPES.values():
        if asks_for.get(problem_type.code, False):
            operation["responses"][str(problem_type.status)] = {"$ref": f"#/components/responses/{problem_type.code}"}


def _problem_response(problem_type: ProblemType) -> dict[str, Any]:
    """Describe the answer to one kind of problem, with an example of it."""
    example = {
        "type": f"/problems/{problem_type.code}",
        "title": problem_type.title["en"],
        "status": problem_type.status,
        "detail": problem_type.text["en"],
        "instance": "urn:uuid:7b0c4c0e-5a49-4f0f-9a5c-3a1f0f6f2a11",
        "trace": "4bf92f3577b34da6a3ce929d0e0e4736",
        "errors": [],
    }
    return {
        "description": f"{problem_type.title['en']}. {problem_type.title['sv']}.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": PROBLEM}, "example": example}},
    }


def _add_examples(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Give the body and the good answers of an operation the examples of their schemas."""
    contents = [answer.get("content", {}) for answer in operation["responses"].values()]
    contents.append(operation.get("requestBody", {}).get("content", {}))
    for content in contents:
        media = content.get("application/json")
        if media and "$ref" in media["schema"]:
            media["example"] = _example_of(media["schema"]["$ref"], schemas)


def _example_of(reference: str, schemas: dict[str, Any]) -> Any:  # noqa: ANN401 (an example is any JSON)
    """Return a schema's own example; for a part of a list, one with one row."""
    schema = schemas[reference.rsplit("/", 1)[1]]
    if "example" in schema:
        return schema["example"]
    row = _example_of(schema["properties"]["items"]["items"]["$ref"], schemas)
    return {"items": [row], "total": 1, "limit": 20, "offset": 0}
