"""Which role may open which page and send which form, and what of the other side's each may see: one line a page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from placement.callers import Role

C, I, P, U, A = Role.COORDINATOR, Role.INSTITUTION, Role.PROVIDER, Role.UNIT, Role.AUDITOR  # noqa: E741 (initials of roles, as in the API's matrix)
EVERYBODY = frozenset(Role)
CARE = frozenset({C, P, U})
LEARNING = frozenset({C, I})


@dataclass(frozen=True, slots=True)
class PageLine:
    """A page or a form: who is let in, a row of ours in its address, and one of theirs.

    Where an address names several rows, they stand in order with a blank between them.
    """

    method: str
    path: str
    roles: frozenset[Role]
    ours: str = ""
    theirs: str = ""

    def at(self, row: str) -> str:
        """Return its address for a row."""
        rows = iter(row.split())
        return re.sub(r"{\w+}", lambda _: next(rows, "none_such"), self.path.replace("{code}", "VT2027"))


def _both(path: str, roles: frozenset[Role], ours: str = "", theirs: str = "") -> list[PageLine]:
    """Return the lines of a page whose form is sent to its own address."""
    return [PageLine(method, path, roles, ours, theirs) for method in ("GET", "POST")]


TERM = "/terms/{code}"
LINES = [
    PageLine("GET", "/terms", EVERYBODY),
    *_both("/terms/new", frozenset({C})),
    PageLine("GET", TERM, EVERYBODY),
    *_both(f"{TERM}/settings", frozenset({C})),
    PageLine("GET", "/me", EVERYBODY),
    PageLine("GET", "/audit", frozenset({C, A})),
    PageLine("GET", "/access", frozenset({C})),
    PageLine("POST", "/access/tokens/{tokenId}/revoke", frozenset({C}), "none_such"),
    PageLine("POST", "/access/links", frozenset({C})),
    PageLine("POST", "/access/links/{signInLinkId}/withdraw", frozenset({C}), "none_such"),
    PageLine("GET", f"{TERM}/overview", frozenset({C})),
    PageLine("GET", f"{TERM}/answers", frozenset({C})),
    PageLine("GET", f"{TERM}/readiness", frozenset({C})),
    PageLine("GET", f"{TERM}/plan", frozenset({C})),
    PageLine("GET", f"{TERM}/map", frozenset({C})),
    *_both(f"{TERM}/runs/new", frozenset({C})),
    PageLine("GET", f"{TERM}/runs", frozenset({C})),
    PageLine("GET", f"{TERM}/runs/{{run_id}}", frozenset({C}), "run_a"),
    PageLine("GET", f"{TERM}/runs/{{run_id}}/live", frozenset({C}), "run_a"),
    PageLine("GET", f"{TERM}/runs/{{run_id}}/changes", frozenset({C}), "run_over"),
    PageLine("POST", f"{TERM}/runs/{{run_id}}/cancel", frozenset({C}), "run_a"),
    PageLine("GET", f"{TERM}/runs/{{run_id}}/fairness", frozenset({C}), "run_over"),
    PageLine("GET", f"{TERM}/compare", frozenset({C})),
    *_both(f"{TERM}/publish", frozenset({C})),
    PageLine("GET", f"{TERM}/publications/{{number}}", frozenset({C}), "1"),
    PageLine("GET", f"{TERM}/publications/{{number}}.pdf", frozenset({C}), "1"),
    PageLine("GET", f"{TERM}/pins", frozenset({C})),
    PageLine("POST", f"{TERM}/pins/{{pin_id}}", frozenset({C}), "pin_a"),
    *_both(f"{TERM}/offers", CARE),
    *_both(f"{TERM}/offers/rows", CARE),
    *_both(f"{TERM}/offers/import", CARE),
    *_both(f"{TERM}/offers/links", frozenset({C, P})),
    *_both(f"{TERM}/incoming", CARE),
    PageLine("GET", f"{TERM}/supervisors", CARE),
    *_both(f"{TERM}/supervisors/new", CARE),
    *_both(f"{TERM}/supervisors/{{supervisor_id}}", CARE, "sup_a", "sup_b"),
    PageLine("GET", f"{TERM}/agreements", frozenset({C, I, P})),
    *_both(f"{TERM}/requests/imports", LEARNING),
    PageLine("GET", f"{TERM}/requests", LEARNING),
    *_both(f"{TERM}/requests/{{request_id}}", LEARNING, "req_a", "req_b"),
    PageLine("POST", f"{TERM}/requests/{{request_id}}/link", LEARNING, "req_a", "req_b"),
    *_both(f"{TERM}/requests/{{request_id}}/pin", frozenset({C}), "req_a"),
    PageLine("GET", f"{TERM}/placements", LEARNING),
    PageLine("GET", f"{TERM}/unplaced", LEARNING),
    *_both(f"{TERM}/unplaced/{{request_id}}", frozenset({C}), "req_a"),
    PageLine("GET", f"{TERM}/sites", LEARNING),
    *_both(f"{TERM}/sites/new", LEARNING),
    *_both(f"{TERM}/sites/{{round_id}}", LEARNING, "srd_open_a", "srd_open_b"),
    *_both(f"{TERM}/sites/{{round_id}}/settings", LEARNING, "srd_open_a", "srd_open_b"),
    PageLine("GET", f"{TERM}/sites/{{round_id}}/wishes", LEARNING, "srd_open_a", "srd_open_b"),
    *_both(f"{TERM}/sites/{{round_id}}/wishes/imports", LEARNING, "srd_open_a", "srd_open_b"),
    *_both(
        f"{TERM}/sites/{{round_id}}/wishes/{{student_id}}",
        LEARNING,
        "srd_open_a stu_open_a1",
        "srd_open_b stu_open_b1",
    ),
    *_both(f"{TERM}/sites/{{round_id}}/claims", LEARNING, "srd_open_a", "srd_open_b"),
    *_both(f"{TERM}/sites/{{round_id}}/late", LEARNING, "srd_decided_a", "srd_decided_b"),
    PageLine(
        "GET",
        f"{TERM}/sites/{{round_id}}/turns/{{student_id}}",
        LEARNING,
        "srd_decided_a stu_decided_a1",
        "srd_decided_b stu_decided_b1",
    ),
    *_both(
        f"{TERM}/sites/{{round_id}}/turns/{{student_id}}/departure",
        LEARNING,
        "srd_decided_a stu_decided_a1",
        "srd_decided_b stu_decided_b1",
    ),
    *_both(f"{TERM}/students/{{student_id}}/site", LEARNING, "stu_moved_a", "stu_moved_b"),
    PageLine("GET", f"{TERM}/sites/{{round_id}}/comparison", frozenset({C}), "srd_decided_a"),
]
"""Every page for which somebody has to be signed in."""
PUBLIC = frozenset(
    {
        "GET /",
        "GET /account",
        "GET /sign-in",
        "GET /sign-in/provider",
        "GET /sign-in/callback",
        "GET /sign-in/links/{secret}",
        "POST /sign-in/links/{secret}",
        "POST /sign-out",
        "POST /sign-out-everywhere",
        "GET /accessibility",
        "GET /privacy",
        "GET /help",
        "GET /help/keys",
        "GET /assets/{digest}/{name}",
        "GET /survey-forms/{secret}",
        "POST /survey-forms/{secret}",
        "GET /me/{secret}",
        "GET /me/{secret}/calendar.ics",
        "GET /me/{secret}/placements/{placement_id}/reasons",
        "POST /me/{secret}/placements/{placement_id}",
    }
)
"""Pages that are for whoever has their address, or that lead whoever is not signed in to sign in."""
ELSEWHERE = frozenset({"GET /terms/{code}/unplaced/{request_id}/try"})
"""A page that leads on unless something is kept for it to show; who may see it is tried in ``test_placed``."""
