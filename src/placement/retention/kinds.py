"""Kinds: the kinds of record that are erased after a time, from which day each is counted, and on what ground.

The days here hold until a coordinator enters a rule of the county's own (``rules``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from placement_solver.words import Words

_YEAR = 365


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: what it is, the day its time is counted from, the ground for it, and the default in days.

    ``with_kinds`` are the kinds that are in it too, so that it is kept no longer than any of them.
    """

    key: str
    words: Words
    after: Words
    basis: Words
    days: int
    with_kinds: tuple[str, ...] = ()


_TERM = Words("terminens sista dag", "the last day of the term")
_NEEDED = Words(
    "Dataskyddsförordningen artikel 5.1 e: behövs inte längre för planeringen.",
    "GDPR article 5(1)(e): no longer needed for planning.",
)
_GALLRING = Words(
    "Arkivlagen 10 § och myndighetens beslut om gallring; arkivexemplar tas ut först.",
    "The Archives Act, section 10, and the authority's decision on disposal; an archive copy is made first.",
)

KINDS: tuple[Kind, ...] = (
    Kind(
        "homes",
        Words("Studenters bostad, pseudonym, förtur och egna sidor", "Students' home, pseudonym, priority and pages"),
        Words("sista dagen i studentens sista termin", "the last day of the student's last term"),
        _NEEDED,
        _YEAR,
    ),
    Kind("wishes", Words("Önskemål om enhet", "Preferred units"), _TERM, _NEEDED, _YEAR),
    Kind(
        "documents",
        Words("Planernas underlag, rapporter och åtgärder", "Plans' documents and remedies"),
        _TERM,
        _GALLRING,
        _YEAR,
        ("homes", "wishes"),
    ),
    Kind(
        "explanations",
        Words("Skäl och platser i planer, publicerade eller inte", "Reasons and places in plans, published or not"),
        _TERM,
        _GALLRING,
        2 * _YEAR,
    ),
    Kind(
        "answers",
        Words("Svar som sparas för upprepade anrop", "Answers kept for repeated calls"),
        Words("svaret", "the answer"),
        _NEEDED,
        2,
    ),
    Kind(
        "surveys",
        Words(
            "Enkätsvar, fritext och inbjudningar; siffrorna sparas",
            "Survey answers, texts and invitations",
        ),
        Words("enkätomgångens sista dag", "the last day of the survey round"),
        _GALLRING,
        2 * _YEAR,
    ),
    Kind(
        "events",
        Words("Händelsers innehåll i flödet", "What events in the feed say"),
        Words("händelsen", "the event"),
        _NEEDED,
        2 * _YEAR,
    ),
    Kind(
        "audit",
        Words("Värdena i revisionsloggen; raderna sparas", "The values in the audit trail; its lines are kept"),
        Words("ändringen", "the change"),
        _GALLRING,
        5 * _YEAR,
    ),
    Kind(
        "tokens",
        Words("Vem en återkallad åtkomstnyckel var till", "Who a revoked token was for"),
        Words("återkallandet", "the revocation"),
        _NEEDED,
        _YEAR,
    ),
    Kind(
        "mails",
        Words("Skickade påminnelsers adresser", "Addresses of sent reminders"),
        Words("utskicket", "the sending"),
        _NEEDED,
        _YEAR,
    ),
)
KIND: Mapping[str, Kind] = {kind.key: kind for kind in KINDS}
