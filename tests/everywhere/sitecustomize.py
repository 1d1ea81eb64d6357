"""What each process of Python that the tests start does first: it refuses connections beyond this machine."""

from __future__ import annotations

import runpy
from pathlib import Path

runpy.run_path(str(Path(__file__).parent.parent / "egress.py"))["watch"]()
