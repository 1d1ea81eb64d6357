"""Supply: what the service is made of that others have written, and whether anything is known against it.

``python -m tests.supply`` writes the software bill of materials, asks whether what is installed fits together, whether
each licence is one that is allowed, and whether any version has a known vulnerability (from osv.dev). What cannot be
asked here is said in a line that begins with SKIPPED.
"""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from license_expression import ExpressionError, LicenseExpression, get_spdx_licensing
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

BILL = Path("build/sbom.json")
OSV = "https://api.osv.dev/v1/querybatch"
SECONDS = 5
"""How long those who know of vulnerabilities are waited for."""
ALLOWED = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "EUPL-1.2",
        "ISC",
        "LGPL-2.1-or-later",
        "LGPL-3.0-only",
        "MIT",
        "MIT-0",
        "MIT-CMU",
        "MPL-1.1",
        "MPL-2.0",
        "PSF-2.0",
        "Python-2.0",
        "Zlib",
    }
)
"""Licences under which others' work may be used by a service under the EUPL-1.2; SPDX names."""
STATED_OTHERWISE = {"pyphen": "GPL-2.0-or-later OR LGPL-2.1-or-later OR MPL-1.1"}
"""What packages say in their own texts, where the words beside them do not say that one of several may be chosen."""
_IN_WORDS = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "BSD": "BSD-3-Clause",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "PSFL": "PSF-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
"""SPDX names of licences that packages name otherwise."""


@dataclass(frozen=True)
class Part:
    """A package that the service needs: its name, its version, and its licence as SPDX writes it, if it says one."""

    name: str
    version: str
    licence: str | None


def parts_of(name: str) -> list[Part]:
    """Return everything that a package needs to run, directly or by way of others, and is installed."""
    found: dict[str, Part] = {}
    waiting = [name]
    while waiting:
        wanted = canonicalize_name(waiting.pop())
        if wanted in found:
            continue
        try:
            there = distribution(wanted)
        except PackageNotFoundError:  # for another system or another version of Python
            continue
        found[wanted] = Part(wanted, there.version, STATED_OTHERWISE.get(wanted) or licence_of(there))
        needed = map(Requirement, there.requires or ())
        waiting += [each.name for each in needed if each.marker is None or each.marker.evaluate({"extra": ""})]
    return [found[each] for each in sorted(found)]


def licence_of(there: Distribution) -> str | None:
    """Return the licence that a package states: as an expression, in a word, or by its classifiers, all of them."""
    told = there.metadata
    stated = next((told[key] for key in ("License-Expression", "License") if key in told), None)
    if stated and (named := _IN_WORDS.get(stated, stated)) and "\n" not in named:
        return named
    kinds = [each.rpartition(" :: ")[2] for each in told.get_all("Classifier") or () if "License ::" in each]
    return " AND ".join(_IN_WORDS.get(kind, kind) for kind in kinds) or None


def is_allowed(licence: str | None) -> bool:
    """Tell whether a licence is allowed: each of those joined by AND, one of those joined by OR."""
    try:
        parsed = get_spdx_licensing().parse(licence or "", validate=True)
    except ExpressionError:
        return False
    return parsed is not None and _holds(parsed)


def _holds(part: LicenseExpression) -> bool:
    if not getattr(part, "args", ()):
        return str(part).partition(" WITH ")[0] in ALLOWED
    return (any if part.operator.strip() == "OR" else all)(map(_holds, part.args))


def write_bill() -> int:
    """Write the bill of materials of everything installed, in CycloneDX's form; return how many parts it has."""
    BILL.parent.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible", "-o", str(BILL)]
    command += ["--no-validate", sys.executable]  # to ask whether its own library writes the form takes ten seconds
    subprocess.run(command, check=True, capture_output=True)
    return len(json.loads(BILL.read_text())["components"])


def hold_together() -> str | None:
    """Return what does not fit together among the installed packages; None where all does."""
    command = [sys.executable, "-m", "pip", "check", "--disable-pip-version-check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else (done.stdout + done.stderr).strip()


def known_against(parts: Iterable[Part], address: str = OSV) -> list[str]:
    """Return what is known against versions: a line each with the package and the names of its vulnerabilities.

    Raises:
        OSError: those who know cannot be asked.

    """
    asked = list(parts)
    queries = [{"package": {"name": each.name, "ecosystem": "PyPI"}, "version": each.version} for each in asked]
    request = urllib.request.Request(  # noqa: S310 (an address of our own)
        address, json.dumps({"queries": queries}).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 (as above)
        results = json.load(answer)["results"]
    return [
        f"{part.name} {part.version}: {', '.join(each['id'] for each in result['vulns'])}"
        for part, result in zip(asked, results, strict=True)
        if result.get("vulns")
    ]


def judge(parts: list[Part], address: str = OSV) -> Iterator[tuple[bool, str]]:
    """Yield what is found, a line each, and whether it stops what is about to land."""
    yield False, f"{write_bill()} packages in {BILL}"
    apart = hold_together()
    if apart is not None and "No module named pip" in apart:
        yield False, "SKIPPED: whether the packages fit together was not asked: there is no pip here."
    elif apart is not None:
        yield True, f"the packages do not fit together: {apart}"
    for part in parts:
        if part.name != "placement" and not is_allowed(part.licence):
            yield True, f"{part.name} {part.version} has a licence that is not allowed: {part.licence}"
    try:
        known = known_against(parts, address)
    except (OSError, ValueError, KeyError) as error:
        yield False, f"SKIPPED: known vulnerabilities of {len(parts)} packages were not asked for: {error}"
    else:
        yield False, f"known vulnerabilities of {len(parts)} packages were asked for"
        yield from ((True, each) for each in known)


def main() -> int:
    """Print what is found; return 1 if any of it stops what is about to land."""
    found = list(judge(parts_of("placement")))
    sys.stdout.writelines(f"{line}\n" for _stops, line in found)
    return int(any(stops for stops, _line in found))


if __name__ == "__main__":
    sys.exit(main())
