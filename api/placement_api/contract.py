"""The contract: completes the OpenAPI document that the framework makes; `placement_api.publish` writes it to a file.

The service reads that file: making the document anew takes seconds, and nothing in it depends on the settings.

The problems that an operation can answer follow from its parameters and body; its examples come from its schemas.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from placement_api.consequences import MARK
from placement_api.idempotency import PARAMETER
from placement_api.media_types import EVENT_STREAM, XLSX
from placement_api.preconditions import LATER
from placement_api.problem_types import PROBLEM_TYPES, ProblemType
from placement_api.problems import MEDIA_TYPE, Problem
from placement_api.rates import UNLIMITED
from placement_api.schemas.base import Given, Shown
from placement_api.schemas.in_force.impossible import ConsequencesShown
from placement_api.schemas.sheets import BODIES
from placement_api.scopes import scopes_of
from placement_solver.words import Words

PUBLISHED = Path(__file__).with_name("openapi.json")
PROBLEM = "#/components/schemas/Problem"
DESCRIPTION = """\
Clinical placements in a county, term by term: the places that are offered, the agreements they are offered under,
the requests for them, and the plan. Names are in camelCase. Weeks are ISO weeks (`2027-W03`; 2026 has a week 53).
Times are in UTC. Lists are returned in parts (`limit`, `offset`, header `Link`). A change states which version it
changes (`If-Match`).

Verksamhetsförlagd utbildning (VFU) i ett län, termin för termin: de platser som erbjuds, avtalen de erbjuds under,
begäran om dem, och planen. Namn skrivs i camelCase. Veckor är ISO-veckor (`2027-W03`; 2026 har en vecka 53).
Tidpunkter anges i UTC. Listor lämnas i delar (`limit`, `offset`, huvudet `Link`). En ändring anger vilken version
den ändrar (`If-Match`).
"""

GROUPS: Mapping[str, Words] = {
    "meta": Words("Om tjänsten själv.", "About the service itself."),
    "sheets": Words("Listor som tas ut och läses in som kalkylblad.", "Lists exported and imported as spreadsheets."),
    "places": Words(
        "Kommuner, organisationer, studieorter och enheter.", "Municipalities, organisations, sites and units."
    ),
    "lists": Words(
        "De ord som uppgifter får anges med: yrken, slag av enheter, statusar och skäl.",
        "The words that may be given: professions, kinds of units, statuses and reasons.",
    ),
    "capacity": Words("Platser som erbjuds, vecka för vecka.", "Places that are offered, week by week."),
    "supervisors": Words("Handledare och deras utbildning.", "Supervisors and their training."),
    "agreements": Words("Samverkansavtal och avtalsbalanser.", "Agreements and agreement balances."),
    "reminders": Words("Påminnelser, och när de skickas.", "Reminders, and when they are sent."),
    "terms": Words("Terminer, deras omgångar och lottningar.", "Terms, their rounds and their lotteries."),
    "education": Words("Program, kurser och kursfönster.", "Programmes, courses and course windows."),
    "cohorts": Words("Kullar och studenter.", "Cohorts and students."),
    "protected-identity": Words(
        "Studenter med skyddade personuppgifter, och hur en enhet möter dem.",
        "Students with a protected identity, and how a unit meets them.",
    ),
    "extracts": Words("Registerutdrag: allt som är sparat om en person.", "Extracts: all that is stored of a person."),
    "retention": Words("Hur länge uppgifter sparas.", "How long records are kept."),
    "site-rounds": Words(
        "Studieortsval: kvoter, önskemål, lottning, besked och beslut.",
        "Site rounds: quotas, wishes, the draw, receipts and decisions.",
    ),
    "requests": Words("Begäran om placering.", "Requests for placements."),
    "planning": Words(
        "Körningar, planer, förklaringar, priser och låsta placeringar.", "Runs, plans, explanations, prices and pins."
    ),
    "publishing": Words("Publiceringar och händelseflödet.", "Publications and the feed of events."),
    "placements": Words(
        "Gällande placeringar, och begäranden som väntar på en.",
        "Placements in force, and requests that wait for one.",
    ),
    "swaps": Words("Studenter på en kurs som vill byta plats.", "Students of one course who ask to exchange places."),
    "settlement": Words(
        "Avräkning: vad som ska betalas enligt avtalen, och vad staten betalar (ALF).",
        "Settlement: what is to be paid under the agreements, and what the state pays (ALF).",
    ),
    "surveys": Words(
        "Enkäter, deras omgångar, länkar och siffror.", "Surveys, their rounds, their links and their figures."
    ),
    "follow-up": Words(
        "Siffror med deras betydelse, årliga rapporter, och vad som saknas.",
        "Figures with what they mean, yearly reports, and what is missing.",
    ),
    "calendars": Words("Kalendrar på hemliga adresser.", "Calendars at secret addresses."),
    "student-pages": Words(
        "Hemliga adresser där studenter läser om sina egna terminer.",
        "Secret addresses at which students read their own terms.",
    ),
    "fairness": Words(
        "Rättvisa över tid: terminsboken, poängen som den ger, och andelar i förhållande till storlek.",
        "Fairness over time: the ledger, the points that it gives, and shares against size.",
    ),
    "webhooks": Words(
        "Händelser som sänds till en adress hos mottagaren.", "Events sent to an address of the receiver."
    ),
    "signing-in": Words(
        "Inloggning: vem som frågar, inloggningar, länkar och konton.",
        "Signing in: who asks, sessions, links and accounts.",
    ),
    "tokens": Words(
        "Åtkomstnycklar: vem som får anropa tjänsten, hur länge och till vad.",
        "Tokens: who may call the service, for how long and for what.",
    ),
    "audit": Words("Granskningsloggen: vem som ändrade vad.", "The audit trail: who changed what."),
}
"""The tags of the operations and what each is about, in the order in which the documentation shows them."""


@cache
def published() -> dict[str, Any]:
    """Return the contract as it was last written; a test holds it to be that of the app."""
    document: dict[str, Any] = json.loads(PUBLISHED.read_bytes())
    return document


def complete_document(app: FastAPI) -> dict[str, Any]:
    """Return the framework's document with tags, examples, problems and limits added."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=DESCRIPTION,
        routes=app.routes,
        contact={"name": "Samordningen för verksamhetsförlagd utbildning (CKU)"},
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
    )
    document["externalDocs"] = {
        "description": "Documentation where calls can be tried. Dokumentation där anrop kan provas.",
        "url": "/docs",
    }
    document["tags"] = [{"name": name, "description": f"{words.en}\n\n{words.sv}"} for name, words in GROUPS.items()]
    document["info"]["x-sla"] = "No commitment while the version is 0. Inget åtagande så länge versionen är 0."
    document["info"]["x-limitations"] = (
        "At most 1,000,000 bytes in a body, 10,000,000 bytes and 20,000 rows in an import, 200 rows in a part of "
        "a list, and as many calls in a minute as the installation lets a caller make (429 above it)."
    )
    schemas: dict[str, Any] = document["components"]["schemas"]
    described: tuple[type[BaseModel], ...] = (Problem, ConsequencesShown, *BODIES)
    for model in described:
        shape = model.model_json_schema(by_alias=True, ref_template="#/components/schemas/{model}")
        schemas.update(shape.pop("$defs"))
        schemas[model.__name__] = shape
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for name, example in _examples_of(Given, Shown):
        schemas[name]["example"] = example  # the framework drops every null from its copy
    document["components"]["responses"] = {
        problem_type.code: _problem_response(problem_type) for problem_type in PROBLEM_TYPES.values()
    }
    scopes = scopes_of(app)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if "security" in operation:
                scope = scopes[f"{method.upper()} {path}"]
                operation["security"] = [dict.fromkeys(ways, (scope,)) for ways in operation["security"]]
            if method == "post":
                operation.setdefault("parameters", []).append(PARAMETER)
            _add_problems(path, method, operation)
            _add_examples(operation, schemas)
            if operation.pop(MARK, False):
                _add_consequences(operation, schemas)
    return document


def _examples_of(*bases: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    """Yield each schema's name with its own example."""
    for schema in bases:
        extra = schema.model_config.get("json_schema_extra")
        if isinstance(extra, dict) and "example" in extra:
            yield schema.__name__, extra["example"]
        yield from _examples_of(*schema.__subclasses__())


def _add_problems(path: str, method: str, operation: dict[str, Any]) -> None:
    """Declare every problem that an operation can answer, given its path, method, parameters and body."""
    parameters = operation.get("parameters", [])
    names = {parameter["name"].lower() for parameter in parameters}
    applies = {
        "internal": True,
        "unauthenticated": "security" in operation,
        "not-allowed": "security" in operation,
        "unavailable": "security" in operation or path == "/readyz",
        "not-found": "{" in path or "404" in operation["responses"],
        "not-acceptable": True,
        "unsupported-media-type": "requestBody" in operation,
        "invalid": bool(parameters) or method != "get",
        "malformed": "requestBody" in operation,
        "too-large": "requestBody" in operation,
        "too-slow": "requestBody" in operation,
        "disk-full": "security" in operation and method != "get",
        "conflict": method != "get" or "409" in operation["responses"],
        "too-often": path not in UNLIMITED,
        "too-many": EVENT_STREAM in operation["responses"].get("200", {}).get("content", {}),
        "runs-in-flight": path.endswith("/runs") and method == "post",
        "precondition-required": "if-match" in names,
        "stale": "if-match" in names,
    }
    for parameter in parameters:
        later = parameter["schema"].pop(LATER, False)
        parameter["required"] = parameter["required"] or (parameter["name"] == "if-match" and not later)
    own = operation["responses"].pop("422", {}).get("content", {}).get(XLSX)
    for problem_type in PROBLEM_TYPES.values():
        if applies.get(problem_type.code, False):
            operation["responses"][str(problem_type.status)] = {"$ref": f"#/components/responses/{problem_type.code}"}
    if own is not None:  # a refused file comes back with its faults marked in it, if that is asked for
        refused = _problem_response(PROBLEM_TYPES["invalid"])
        operation["responses"]["422"] = {**refused, "content": {**refused["content"], XLSX: own}}


def _problem_response(problem_type: ProblemType) -> dict[str, Any]:
    """Describe the response of a problem type, with an example."""
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
    """Give the body and the responses of an operation the examples of their schemas."""
    contents = [answer.get("content", {}) for answer in operation["responses"].values()]
    contents.append(operation.get("requestBody", {}).get("content", {}))
    for content in contents:
        media = content.get("application/json")
        if media and "$ref" in media["schema"]:
            media["example"] = _example_of(media["schema"]["$ref"], schemas)


def _add_consequences(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Let an operation's answer say what it makes impossible as well; one without content has an answer for that."""
    consequences = {"$ref": f"#/components/schemas/{ConsequencesShown.__name__}"}
    for status in ("200", "201"):
        media = operation["responses"].get(status, {}).get("content", {}).get("application/json")
        if media is not None:
            media["schema"] = {"allOf": [media["schema"], consequences]}
    if "204" in operation["responses"]:
        example = _example_of(consequences["$ref"], schemas)
        operation["responses"]["200"] = {
            "description": "Removed; a placement in force is impossible now. "
            "Borttagen; en gällande placering är nu omöjlig.",
            "content": {"application/json": {"schema": consequences, "example": example}},
        }


def _example_of(reference: str, schemas: dict[str, Any]) -> Any:  # noqa: ANN401 (an example is any JSON)
    """Return a schema's own example; for a list, make one with a single row."""
    schema = schemas[reference.rsplit("/", 1)[1]]
    if "example" in schema:
        return schema["example"]
    row = _example_of(schema["properties"]["items"]["items"]["$ref"], schemas)
    return {"items": [row], "total": 1, "limit": 20, "offset": 0}
