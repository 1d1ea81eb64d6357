"""Calls drawn from the contract, by everybody who calls, are answered as it says and never with a fault of ours.

Schemathesis draws them: what the schemas allow, what they do not allow, and calls that build on each other.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from schemathesis.config import ChecksConfig
from schemathesis.engine import events, from_schema

from placement.callers import Role
from placement.database import engine_for
from tests.api.world import World
from tests.effort import SEED, has_long_form, tries

pytestmark = pytest.mark.no_cover

CALLERS = [*Role, None]
"""Every role, and nobody."""
OPERATIONS = tries(2, 100)
"""How many operations, drawn anew in each run, each caller tries at a time, in some seventy cases each."""
FEWEST = tries(500, 10_000, every_case=900)
"""The fewest cases that all callers together make."""
STREAM = "GET /v1/runs/{runId}/events"
"""Answered as a stream of events, of which OpenAPI 3.1 can describe the whole and not each."""
REFUSED_FOR_GOOD_REASON = ("2xx", "401", "403", "404", "409", "412", "422", "428", "429")
"""What a call may be answered whose form is right: ids that are drawn refer to nothing (422), and so do versions."""
NO_VERSION = ("400", "401", "403", "406", "415", "422", "428")


@dataclass
class Found:
    """How many cases were made, and what was wrong with their answers."""

    cases: int = 0
    faults: list[str] = field(default_factory=list)

    def take_in(self, event: object) -> None:
        """Count the cases of an event, and keep the checks that failed."""
        if isinstance(event, events.ScenarioFinished):
            self.cases += len(event.recorder.cases)
            for case, checks in event.recorder.checks.items():
                label = event.recorder.cases[case].value.operation.label
                self.faults += [
                    f"{label}: {check.name}: {str(check.failure_info.failure)[:600]}"
                    for check in checks
                    if check.failure_info is not None and not _is_stream(label, check.name)
                ]
        elif isinstance(event, events.NonFatalError | events.FatalError):
            self.faults.append(f"{getattr(event, 'label', '')}: {getattr(event, 'value', event)!r}"[:600])


def _is_stream(label: str, check: str) -> bool:
    return label == STREAM and check == "response_schema_conformance"


def drawn(app: FastAPI, by: str | None, operations: int, chance: random.Random) -> Iterator[object]:
    """Draw and make calls as a caller; yield what comes of them."""
    document = app.openapi()
    labels = [f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods]
    wanted = set(chance.sample(labels, min(operations, len(labels))))
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    whole = len(wanted) == len(labels)
    chosen = schema if whole else schema.include(lambda context: context.operation.label in wanted)
    config = chosen.config
    config.seed = chance.randrange(2**32)
    config.headers = {} if by is None else {"Authorization": f"Bearer {by}"}
    config.generation.update(max_examples=3, database="none", no_shrink=True)
    checks: ChecksConfig = config.checks
    checks.positive_data_acceptance.expected_statuses = list(REFUSED_FOR_GOOD_REASON)
    checks.missing_required_header.expected_statuses = list(NO_VERSION)
    yield from from_schema(chosen).execute()


@has_long_form(
    "1,000 calls, drawn from a part of the contract for each caller", "a third of the contract, drawn for each caller"
)
def test_whatever_is_called_is_answered_as_the_contract_says(
    app: FastAPI,
    whole_county: tuple[Path, World],
    tmp_path: Path,
    record_property: Any,  # noqa: ANN401 (pytest's own)
) -> None:
    chance, cases = random.Random(SEED), {}
    for role in CALLERS:
        found = Found()
        while found.cases < FEWEST / len(CALLERS):
            file = tmp_path / f"{role}-{found.cases}.sqlite3"
            shutil.copyfile(whole_county[0], file)
            app.state.engine = engine_for(f"sqlite:///{file}")
            for event in drawn(app, None if role is None else whole_county[1].tokens[role], OPERATIONS, chance):
                found.take_in(event)
            app.state.engine.dispose()
        assert not found.faults, f"{role}: {chr(10).join(sorted(set(found.faults))[:40])}"
        cases[str(role)] = found.cases
    record_property("cases", cases)
    assert sum(cases.values()) >= FEWEST
