"""Rules of our own that no tool knows: how rows are reached, how SQL is made, who asks the clock, where no secret is.

Each rule reads the code itself. What may break it stands here with its reason, and is missed if it is gone. Each is
also shown to find what it forbids.
"""

from __future__ import annotations

import ast
import base64
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from placement.keys import Keys, new_key
from placement.store.tokens import new_secret

ROOT = Path(__file__).parents[1]
PACKAGES = ("src/placement", "api/placement_api", "solver/placement_solver")
Found = Iterator[str]

OF_PERSONS = frozenset({"Student", "Request", "Placement", "Supervisor", "Training", "ProtectedStudent", "SiteTurn"})
"""Tables of which each party sees its own rows only."""
REACHED_BY_ID = {
    "src/placement/fairness/ledger.py": "a coordinator's: only it corrects the ledger",
    "src/placement/in_force/settling.py": "show_placement has found it among the caller's own; it is locked",
    "src/placement/in_force/student_answers.py": "show_placement has found it among the caller's own; it is locked",
    "src/placement/in_force/swaps/asking.py": "parties_of has found it among the caller's own",
    "src/placement/in_force/swaps/parties.py": "of a placement that the caller may see",
    "src/placement/planning/pins.py": "whoever calls it has asked whether the caller may decide about the request",
    "src/placement/planning/scenarios.py": "a coordinator's",
    "src/placement/protected/marks.py": "the student has been found among the caller's own",
    "src/placement/reading/remedies.py": "a coordinator's",
    "src/placement/register/student_sites.py": "show_student has found the student among the caller's own",
    "src/placement/site_choice/latecomers.py": "the student has been found among the caller's own",
    "src/placement/site_choice/outcomes.py": "the round has been found among the caller's own",
    "src/placement/site_choice/receipts.py": "the round has been found among the caller's own",
}
"""Modules that fetch such a row by its id alone, and why nobody sees another's that way."""
SQL_OF_OUR_WORDS = {
    "src/placement/database.py": "names that the dialect quotes, and words of this module",
    "src/placement/keeping/manifests.py": "the name of Alembic's table",
    "src/placement/keeping/restoring.py": "names of our tables and triggers, and a number of this module",
    "src/placement/keeping/rights.py": "names from the catalogue, quoted, and words of this module",
}
"""Modules that put SQL together, and of what; no value that a caller has sent is among it."""
ASKS_THE_CLOCK = {
    "src/placement/clock.py": "the one place",
    "src/placement/identity_numbers.py": "below the clock; asks only which year it is",
}


CARRY_OUT = frozenset({"execute", "exec_driver_sql", "executescript"})
WRITE_SQL = frozenset({"text", "DDL", "literal_column"})


WORTH_READING = re.compile(
    rf"\.get(?:_one)?\(\s*(?:{'|'.join(OF_PERSONS)})\b|\b(?:{'|'.join(CARRY_OUT | WRITE_SQL)})\("
    r"|\.(?:now|utcnow|today|time|time_ns)\("
)
"""What a module has somewhere that breaks a rule; the others need not be read."""


def calls_in(code: str) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]


@cache
def calls_of_ours() -> dict[str, list[ast.Call]]:
    """Return every call in our packages, by module; read once, because that takes longer than all the rules."""
    modules = {path: path.read_text() for package in PACKAGES for path in (ROOT / package).rglob("*.py")}
    return {str(path.relative_to(ROOT)): calls_in(code) for path, code in modules.items() if WORTH_READING.search(code)}


def name_of(call: ast.Call) -> str:
    """Return the last part of what is called: `get` of `session.get(…)`."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def rows_by_id(calls: Iterable[ast.Call]) -> Found:
    """Find rows of persons that are fetched by their id alone."""
    for call in calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"get", "get_one"} and call.args:
            table = call.args[0]
            if isinstance(table, ast.Name) and table.id in OF_PERSONS:
                yield f"{table.id} in line {call.lineno}"


def sql_put_together(calls: Iterable[ast.Call]) -> Found:
    """Find SQL that is put together rather than written out, where it is given to be carried out."""
    for call in calls:
        if name_of(call) in CARRY_OUT or (name_of(call) in WRITE_SQL and not _of_itself(call)):
            for given in call.args[:1]:
                if isinstance(given, ast.JoinedStr | ast.BinOp) or (
                    isinstance(given, ast.Call) and name_of(given) in {"format", "join", "replace"}
                ):
                    yield f"{name_of(call)} in line {call.lineno}"


def _of_itself(call: ast.Call) -> bool:
    """Tell whether a method of the class's own is called that has the name by chance."""
    return isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") == "self"


def clock_asked(calls: Iterable[ast.Call]) -> Found:
    """Find where the machine's clock is asked for the day or the moment."""
    for call in calls:
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        whose = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
        if (whose, name_of(call)) in {
            ("datetime", "now"),
            ("datetime", "utcnow"),
            ("datetime", "today"),
            ("date", "today"),
            ("time", "time"),
            ("time", "time_ns"),
        }:
            yield f"{whose}.{name_of(call)} in line {call.lineno}"


RULES: dict[str, tuple[Callable[[Iterable[ast.Call]], Found], dict[str, str]]] = {
    "no row of a person is fetched by its id alone": (rows_by_id, REACHED_BY_ID),
    "no SQL is put together": (sql_put_together, SQL_OF_OUR_WORDS),
    "nobody but the clock asks what time it is": (clock_asked, ASKS_THE_CLOCK),
}


@pytest.mark.parametrize("rule", RULES)
def test_the_code_keeps_the_rule_but_for_what_has_its_reason(rule: str) -> None:
    find, reasons = RULES[rule]
    broken = {path: list(find(calls)) for path, calls in calls_of_ours().items()}
    assert {path: lines for path, lines in broken.items() if lines and path not in reasons} == {}
    assert {path for path in reasons if not broken[path]} == set(), "the reason is no longer needed"


@pytest.mark.parametrize(
    ("find", "code"),
    [
        (rows_by_id, "session.get(Student, student_id)"),
        (rows_by_id, "store.get_one(Placement, placement_id, with_for_update=True)"),
        (sql_put_together, "session.execute(text(f'SELECT {name}'))"),
        (sql_put_together, "connection.exec_driver_sql('SELECT ' + name)"),
        (sql_put_together, "text('SELECT %s' % name)"),
        (sql_put_together, "text('SELECT {}'.format(name))"),
        (clock_asked, "dt.datetime.now(dt.UTC)"),
        (clock_asked, "date.today()"),
        (clock_asked, "time.time()"),
    ],
)
def test_what_a_rule_forbids_is_found(find: Callable[[Iterable[ast.Call]], Found], code: str) -> None:
    assert len(list(find(calls_in(code)))) == 1


@pytest.mark.parametrize(
    ("find", "code"),
    [
        (rows_by_id, "session.get(Term, term_id)"),
        (rows_by_id, "{}.get(student, 0)"),
        (sql_put_together, "text('SELECT 1')"),
        (sql_put_together, "session.execute(select(Student))"),
        (sql_put_together, "self.text(' ' * times)"),
        (clock_asked, "time.monotonic()"),
        (clock_asked, "clock.now()"),
    ],
)
def test_what_a_rule_allows_is_left_alone(find: Callable[[Iterable[ast.Call]], Found], code: str) -> None:
    assert list(find(calls_in(code))) == []


SECRETS = {
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\n(?!…)"),
    "a token of ours": re.compile(r"\bplc_[0-9a-f]{16}_([A-Za-z0-9_-]{20,})"),
    "a webhook's secret": re.compile(r"\bwhsec_[A-Za-z0-9+/]{32,}=*"),
    "a key of ours": re.compile(r"(?<![A-Za-z0-9_/+-])(?<!publicKey\": \")[A-Za-z0-9_-]{43}="),
    "a cloud's key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a token of GitHub's": re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36}\b"),
    "a password in an address": re.compile(
        r"\b[a-z+]{3,}://[^/\s:@'\"{}<>]+:(?!\w*(?:secret|password|hemligt))[^/\s@'\"{}<>]{6,}@"
    ),
}
"""What looks like a secret."""
LARGEST = 3_000_000
MADE_UP = 16
"""What has fewer different characters is made up, as ``AAAA…`` is."""


def secrets_in(text: str) -> Found:
    for kind, form in SECRETS.items():
        for found in form.finditer(text):
            if kind == "a private key" or len(set(found[found.lastindex or 0])) >= MADE_UP:
                yield f"{kind} in line {text.count(chr(10), 0, found.start()) + 1}"


def test_no_file_of_the_repository_has_a_secret() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()  # noqa: S607
    files = [ROOT / name for name in listed.split("\0") if name]
    assert len(files) > 1_000
    found = {}
    for file in files:
        if (
            file.is_file()
            and file.stat().st_size < LARGEST
            and (kinds := list(secrets_in(file.read_text(errors="ignore"))))
        ):
            found[str(file.relative_to(ROOT))] = kinds
    assert {name: kinds for name, kinds in found.items() if kinds} == {}


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN PRIVATE KEY-----\nMC4CAQ",
        f"Authorization: Bearer plc_{'0a' * 8}_{new_secret()}",
        f"PLACEMENT_SECRET_KEYS={new_key()}",
        f"whsec_{base64.b64encode(bytes(range(32))).decode()}",
        f"AKIA{'QWERTYUIOPASDFGH'}",
        f"postgresql://placement:{'kq8Zr21LmTw07vXd'}@db.example.se/placement",
    ],
    ids=["private key", "token", "our key", "webhook", "cloud", "address"],
)
def test_a_secret_is_found(text: str) -> None:
    assert len(list(secrets_in(text))) == 1


def test_what_is_made_up_or_public_is_no_secret() -> None:
    assert list(secrets_in(f"whsec_{'A' * 43}=")) == []
    assert list(secrets_in(f'"publicKey": "{Keys([new_key()]).public_key}"')) == []
