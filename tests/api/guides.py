"""Guides: documents whose commands are run exactly as written, and whose output must be what the document shows."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.api.serving import COMMAND
from tests.starting import quick_command

BETWEEN = "-- the next block --"
FENCED = re.compile(r"^(##+) ([^\n]+)$|^```(sh|python|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass
class Block:
    """A fenced block, the headings above it, and the output shown after it."""

    party: str
    way: str
    language: str
    written: str
    shown: str = ""


def blocks_of(document: str) -> list[Block]:
    """Return a document's blocks in order."""
    party, way, found = "", "", list[Block]()
    for level, heading, language, written in FENCED.findall(document):
        if heading and len(level) == len("##"):
            party, way = heading, ""
        elif heading:
            way = heading
        elif language == "text":
            found[-1].shown = written
        else:
            found.append(Block(party, way, language, written))
    return found


def play(blocks: Sequence[Block], directory: Path, **settings: str) -> None:
    """Run blocks in one shell and compare each output with what is shown."""
    lines = ["set -eu", "trap 'jobs -p | xargs -r kill; wait' EXIT"]
    for number, block in enumerate(blocks):
        if block.language == "python":
            (directory / f"{number}.py").write_text(block.written)
            lines.append(f"python3 {number}.py")
        else:
            lines.append(block.written)
        lines.append(f"echo '{BETWEEN}'")
    path = os.pathsep.join([str(quick_command().parent), str(COMMAND.parent), os.environ["PATH"]])
    typed = subprocess.run(
        ["/bin/bash", "-c", "\n".join(lines)],
        cwd=directory,
        env={**os.environ, **settings, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert typed.returncode == 0, typed.stdout + typed.stderr
    for block, came in zip(blocks, typed.stdout.split(f"{BETWEEN}\n")[:-1], strict=True):
        assert alike(block.shown, came), f"{block.written}\ngives\n{came}\nand not\n{block.shown}"


def alike(shown: str, came: str) -> bool:
    """Tell whether an output matches what is shown, where … stands for any text and lines may be wrapped."""
    pattern = r"\s*".join(".*".join(map(re.escape, word.split("…"))) for word in shown.split())
    return re.fullmatch(rf"\s*{pattern}\s*", came, re.DOTALL) is not None
