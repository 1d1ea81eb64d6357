"""``placement sign-in-link`` prints one address and nothing else."""

from __future__ import annotations

import re

import pytest

from tests.placement.cli.conftest import Placement


def test_a_link_is_printed_alone_for_this_machine_or_for_the_address_given(
    placement: Placement, monkeypatch: pytest.MonkeyPatch
) -> None:
    placement("migrate")
    for more, home in (([], "http://127.0.0.1:8000"), (["--address", "http://127.0.0.1:9/"], "http://127.0.0.1:9")):
        made = placement("sign-in-link", "--role", "coordinator", *more)
        assert made.exit_code == 0, made.output
        assert re.fullmatch(re.escape(home) + "/sign-in/links/[a-z2-7]{56}\n", made.output)
    monkeypatch.setenv("PLACEMENT_PUBLIC_URL", "https://vfu.example.se")
    labelled = placement("sign-in-link", "--role", "coordinator", "--label", "CKU")
    assert labelled.output.startswith("https://vfu.example.se/sign-in/links/")


def test_a_role_without_its_organisation_is_refused_in_words(placement: Placement) -> None:
    placement("migrate")
    refused = placement("sign-in-link", "--role", "provider", "--lang", "sv")
    assert (refused.exit_code, "en huvudman" in refused.output) == (2, True)
