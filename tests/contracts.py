"""Contracts: whether one version of the API's contract keeps what another has promised.

Inside ``/v1`` nothing is taken away. ``python -m tests.contracts`` writes what the present contract promises, without
its words, into `tests/api/v1.json`, and refuses to if that breaks what stands there: a promise ends with the next major
version. Two OpenAPI documents are compared by what callers meet, so that a schema may be given another name.

What a caller sends may be accepted more freely, and what it gets may tell more. The rest are breaks: an operation, a
parameter, a field, a status or a media type that is gone, another type, a value that is no longer told of or accepted,
a new demand on what is sent, a bound that is drawn tighter, a field of an answer that may now be missing or null. What
goes wrong is told in one form everywhere, and which problems an operation can meet is no promise.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from placement.settings import Settings
from placement_api.app import create_app

RECORD = Path(__file__).parent / "api" / "v1.json"
METHODS = ("get", "put", "post", "patch", "delete", "head")
WORDS = frozenset({"description", "summary", "example", "examples", "title", "tags", "operationId", "externalDocs"})
FIRST_PROBLEM = "400"
ANYTHING = "anything"
LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems")
MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
Schema = Mapping[str, Any]
Document = Mapping[str, Any]


def without_words(part: Any, *, names: bool = False) -> Any:  # noqa: ANN401 (any part of a JSON document)
    """Return a part of a contract without what is said to people; ``names`` tells that its keys are names of fields."""
    if isinstance(part, list):
        return [without_words(each) for each in part]
    if not isinstance(part, dict):
        return part
    kept = {key: each for key, each in part.items() if names or (key not in WORDS and not key.startswith("x-"))}
    return {key: without_words(each, names=key in {"properties", "schemas"}) for key, each in kept.items()}


def promises_of(document: Document) -> dict[str, Any]:
    """Return what a contract promises."""
    paths, schemas = without_words(document["paths"]), without_words(document["components"]["schemas"], names=True)
    for path in paths.values():
        for operation in path.values():
            told = operation["responses"]
            operation["responses"] = {status: told[status] for status in told if status < FIRST_PROBLEM}
    return {"paths": paths, "components": {"schemas": schemas}}


def written(promises: Document) -> str:
    """Write promises as JSON with a line for each path and each schema, so that differences can be read."""
    parts = []
    for name, part in (("paths", promises["paths"]), ("schemas", promises["components"]["schemas"])):
        lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(part[key], sort_keys=True)}" for key in sorted(part))
        parts.append(f'"{name}": {{\n{lines}\n}}')
    return "{" + parts[0] + ',\n"components": {' + parts[1] + "}}\n"


def breaks(before: Document, after: Document) -> list[str]:
    """Return, in words, where a contract does not keep what another promised."""
    return list(Comparison(before, after).run())


@dataclass
class Comparison:
    """Two contracts, and which pairs of their schemas have been compared already."""

    before: Document
    after: Document
    seen: set[tuple[int, int, bool]] = field(default_factory=set)

    def run(self) -> Iterator[str]:
        """Yield the breaks, operation by operation."""
        for path, operations in self.before["paths"].items():
            for method in METHODS:
                if method in operations:
                    where = f"{method.upper()} {path}"
                    now = self.after["paths"].get(path, {}).get(method)
                    yield from [f"{where} is gone"] if now is None else self._operation(where, operations[method], now)

    def _operation(self, where: str, was: Schema, now: Schema) -> Iterator[str]:
        yield from self._parameters(where, was.get("parameters", []), now.get("parameters", []))
        yield from self._body(where, was.get("requestBody"), now.get("requestBody"))
        for status, answer in was["responses"].items():
            if status >= FIRST_PROBLEM:
                continue
            if status not in now["responses"]:
                yield f"{where} no longer answers {status}"
                continue
            told = now["responses"][status]
            yield from self._content(f"{where} {status}", answer, told, sent=False)
            for header in answer.get("headers", {}).keys() - told.get("headers", {}).keys():
                yield f"{where} {status} no longer has the header {header}"

    def _parameters(self, where: str, was: list[Schema], now: list[Schema]) -> Iterator[str]:
        known, present = ({(each["in"], each["name"]): each for each in side} for side in (was, now))
        for place, parameter in known.items():
            name = f"{where} {place[0]} {place[1]}"
            if place not in present:
                yield f"{name} is gone"
            else:
                yield from self._schemas(name, parameter["schema"], present[place]["schema"], sent=True)
        for place, parameter in present.items():
            demanded = place in known and known[place].get("required", False)
            if parameter.get("required", False) and not demanded:
                yield f"{where} {place[0]} {place[1]} is now required"

    def _body(self, where: str, was: Schema | None, now: Schema | None) -> Iterator[str]:
        if was is None or now is None:
            if was is not None:
                yield f"{where} no longer takes a body"
            if now is not None and now.get("required", False):
                yield f"{where} now requires a body"
            return
        if now.get("required", False) and not was.get("required", False):
            yield f"{where} now requires a body"
        yield from self._content(f"{where} body", was, now, sent=True)

    def _content(self, where: str, was: Schema, now: Schema, *, sent: bool) -> Iterator[str]:
        for kind, content in was.get("content", {}).items():
            if kind not in now.get("content", {}):
                yield f"{where} is no longer {kind}"
            else:
                told = now["content"][kind]
                yield from self._schemas(where, content.get("schema", {}), told.get("schema", {}), sent=sent)

    def _schemas(self, where: str, was: Schema, now: Schema, *, sent: bool) -> Iterator[str]:
        """Compare two schemas of what is sent or told."""
        one, two = _resolved(self.before, was), _resolved(self.after, now)
        kinds, present = _alternatives(self.before, one), _alternatives(self.after, two)
        freer = (kinds, present) if sent else (present, kinds)
        for kind in freer[0].keys() - (freer[0] if ANYTHING in freer[1] else freer[1]).keys():
            yield f"{where} " + (f"no longer takes {kind}" if sent else f"may now be {kind}")
        for kind in kinds.keys() & present.keys():
            yield from self._alternative(where, kinds[kind], present[kind], sent=sent)

    def _alternative(self, where: str, was: Schema, now: Schema, *, sent: bool) -> Iterator[str]:
        """Compare two schemas of one type; those that occur in many places, or in themselves, are compared once."""
        pair = id(was), id(now), sent
        if pair in self.seen:
            return
        self.seen.add(pair)
        yield from _values(where, was, now, sent=sent)
        if sent:
            yield from _bounds(where, was, now)
        if "items" in was and "items" in now:
            yield from self._schemas(f"{where}[]", was["items"], now["items"], sent=sent)
        known, present = was.get("properties", {}), now.get("properties", {})
        for name in known:
            if name not in present:
                yield f"{where}.{name} is gone"
            else:
                yield from self._schemas(f"{where}.{name}", known[name], present[name], sent=sent)
        demanded, always = set(now.get("required", [])), set(was.get("required", []))
        if sent:
            yield from (f"{where}.{name} is now required" for name in sorted(demanded - always))
        else:
            yield from (f"{where}.{name} may now be missing" for name in sorted((always - demanded) & present.keys()))


def _resolved(document: Document, schema: Schema) -> Schema:
    """Return a schema itself where another refers to it by name."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _alternatives(document: Document, schema: Schema) -> dict[str, Schema]:
    """Return what a value may be, by type; alternatives of one type are told apart by their kind or their number."""
    found: dict[str, Schema] = {}
    for each in schema.get("anyOf", schema.get("oneOf", [schema])):
        one = _resolved(document, each)
        nested = _alternatives(document, one) if "anyOf" in one or "oneOf" in one else {_type_of(one): one}
        for kind, alternative in nested.items():
            found[kind if kind not in found else f"{kind} ({len(found)})"] = alternative
    return found


def _type_of(schema: Schema) -> str:
    """Return the name of a type, with its format; a constant or a list of values has the type of its first value."""
    kinds = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}
    values = schema.get("enum", [schema["const"]] if "const" in schema else [])
    kind = schema.get("type") or (kinds[type(values[0])] if values else ANYTHING)
    return f"{kind} ({schema['format']})" if "format" in schema else str(kind)


def _values(where: str, was: Schema, now: Schema, *, sent: bool) -> Iterator[str]:
    """Compare lists of values: each that was accepted still is, each that was told of is still among them."""
    known, present = (each.get("enum", [each["const"]] if "const" in each else None) for each in (was, now))
    if present is None:
        return
    if known is None:
        if sent:
            yield f"{where} now takes some values only"
        return
    for value in known:
        if value not in present:
            yield f"{where} no longer has the value {value!r}"


def _bounds(where: str, was: Schema, now: Schema) -> Iterator[str]:
    """Compare what is demanded of a value that is sent."""
    for bound in LEAST:
        if bound in now and (bound not in was or now[bound] > was[bound]):
            yield f"{where} has a larger {bound}"
    for bound in MOST:
        if bound in now and (bound not in was or now[bound] < was[bound]):
            yield f"{where} has a smaller {bound}"
    if "pattern" in now and now["pattern"] != was.get("pattern"):
        yield f"{where} has another pattern"
    if was.get("additionalProperties", True) and now.get("additionalProperties", True) is False:
        yield f"{where} no longer takes other fields"


def present() -> dict[str, Any]:
    """Return what the app promises now."""
    return promises_of(create_app(Settings(database_url="sqlite://", runner="none")).openapi())


def main() -> int:
    """Record what is promised now, unless that breaks what was."""
    promised = present()
    broken = breaks(json.loads(RECORD.read_text()), promised) if RECORD.exists() else []
    for each in broken:
        sys.stderr.write(f"{each}\n")
    if not broken:
        RECORD.write_text(written(promised))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
