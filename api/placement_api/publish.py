"""Writes the contract to standard output: ``python -m placement_api.publish > api/openapi.json``.

A test fails if the published file differs from the app's contract.
"""

from __future__ import annotations

import json
import sys

from placement.settings import Settings
from placement_api.app import create_app


def main() -> None:
    """Write the document to standard output."""
    app = create_app(Settings(database_url="sqlite://", runner="none"))
    sys.stdout.write(json.dumps(app.openapi(), ensure_ascii=False, indent=2) + "\n")


if __name__ == "__main__":
    main()
