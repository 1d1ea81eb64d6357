"""Writes the contract to its file: ``python -m placement_api.publish``.

A test fails if the published file differs from the app's contract.
"""

from __future__ import annotations

import json

from placement.settings import Settings
from placement_api.app import create_app
from placement_api.contract import PUBLISHED, complete_document


def main() -> None:
    """Write the document of the app as it is now."""
    PUBLISHED.write_text(written())


def written() -> str:
    """Return the document of the app as it is now, as its file has it."""
    app = create_app(Settings(database_url="sqlite://", runner="none"))
    return json.dumps(complete_document(app), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    main()
