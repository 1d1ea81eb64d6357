"""Site round fields: what the fields of a site round's form hold, and where in the form something is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from placement.site_choice.measuring import RoundRecord
from placement.tables import MOST_CLASSES, PriorityEffect, QuotaKind, Site
from placement_api.pages.forms import number_in
from placement_api.pages.term_fields import Wrong, wrong_in
from placement_solver.words import Words

DATES: Mapping[str, Words] = {
    "fromTermId": Words("Orterna gäller från", "The sites hold from"),
    "opensOn": Words("Första dag för önskemål", "First day for wishes"),
    "closesOn": Words("Sista dag för önskemål", "Last day for wishes"),
}
OF_A_QUOTA: Mapping[str, Words] = {
    "kind": Words("Så ges platserna", "How places are given"),
    "number": Words("Andel eller antal", "Share or number"),
    "floor": Words("Minst", "At least"),
    "ceiling": Words("Högst", "At most"),
}
OF_A_CLASS: Mapping[str, Words] = {
    "rank": Words("Plats i ordningen", "Place in the order"),
    "nameSv": Words("Namn på svenska", "Name in Swedish"),
    "nameEn": Words("Namn på engelska", "Name in English"),
    "effect": Words("Vad den ger", "What it gives"),
}
KINDS: Sequence[tuple[str, Words]] = (
    ("", Words("är inte med", "takes no part")),
    *((kind.value, kind.words) for kind in QuotaKind),
)
EFFECTS = tuple(PriorityEffect)
_SITES = Words("Orter", "Sites")
_NONE = Words(
    "ingen ort är med; välj andel, fast antal eller resten för minst en",
    "no site takes part; choose a share, a fixed number or the rest for at least one",
)
_SPARE = 2
"""How many empty classes the form has after those that there are."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form gives, as the schema reads it; the site of each quota and the row of each class, in their order."""

    values: Mapping[str, Any]
    quotas: Sequence[Site]
    classes: Sequence[int]


def class_rows(record: RoundRecord | None) -> range:
    """Return the numbers of the rows of classes in a form: those that there are, and some that are empty."""
    return range(1, min(MOST_CLASSES, _SPARE + (0 if record is None else len(record.priorities))) + 1)


def in_order(record: RoundRecord | None, sites: Sequence[Site]) -> list[Site]:
    """Return the sites in the order of a round's quotas, and then those that take no part."""
    order = {} if record is None else {each.quota.site_id: each.quota.place for each in record.quotas}
    return sorted(sites, key=lambda site: order.get(site.id, len(order)))


def stored_in(record: RoundRecord | None) -> dict[str, str]:
    """Return a round's values as the form has them; a new one has none."""
    if record is None:
        return {}
    row = record.round
    found = {"fromTermId": row.from_term_id, "opensOn": str(row.opens_on), "closesOn": str(row.closes_on)}
    for each in record.quotas:
        quota = each.quota
        found[f"kind-{quota.site_id}"] = quota.kind.value
        for name, value in (("number", quota.number), ("floor", quota.floor or None), ("ceiling", quota.ceiling)):
            found[f"{name}-{quota.site_id}"] = "" if value is None else str(value)
    for at, priority in enumerate(record.priorities, start=1):
        found |= {f"rank-{at}": str(priority.rank), f"effect-{at}": priority.effect.value}
        found |= {f"nameSv-{at}": priority.name_sv, f"nameEn-{at}": priority.name_en}
        found |= {f"for-{at}-{site}": "yes" for site in priority.sites or ()}
    return found


def sent_in(fields: Mapping[str, str], cohort_id: str, sites: Sequence[Site], rows: range) -> Sent:
    """Return what a form gives; a site that takes no part and a class without a name are left out."""

    def typed(name: str) -> str:
        return fields.get(name, "").strip()

    def number(name: str, empty: int | None) -> Any:  # noqa: ANN401 (what is no number stays text, and is refused)
        return number_in(typed(name)) if typed(name) else empty

    taking_part = [site for site in sites if typed(f"kind-{site.id}")]
    named = [at for at in rows if typed(f"nameSv-{at}") or typed(f"nameEn-{at}")]
    values: dict[str, Any] = {"cohortId": cohort_id, **{name: typed(name) for name in DATES}}
    values["quotas"] = [
        {
            "siteId": site.id,
            "kind": typed(f"kind-{site.id}"),
            "number": number(f"number-{site.id}", None),
            "floor": number(f"floor-{site.id}", 0),
            "ceiling": number(f"ceiling-{site.id}", None),
        }
        for site in taking_part
    ]
    values["priorities"] = [
        {
            "rank": number(f"rank-{at}", at),
            "nameSv": typed(f"nameSv-{at}"),
            "nameEn": typed(f"nameEn-{at}"),
            "effect": typed(f"effect-{at}"),
            "sites": [site.id for site in sites if f"for-{at}-{site.id}" in fields] or None,
        }
        for at in named
    ]
    return Sent(values, taking_part, named)


def wrong_at(do: Callable[[], object], sent: Sent) -> list[tuple[Wrong, Words | None]]:
    """Do what a form asks for; return what is wrong, each at its field of the form and with its label."""
    return [_placed(each, sent) for each in wrong_in(do)]


def _placed(wrong: Wrong, sent: Sent) -> tuple[Wrong, Words | None]:
    """Return a fault at the form's own name of its field, with what the field is called."""
    parts = [part[:1].lower() + part[1:] for part in re.split(r"[./]", wrong.field)]
    match parts:
        case ["quotas", at, *rest]:
            site, name = sent.quotas[int(at)], rest[0] if rest and rest[0] in OF_A_QUOTA else "kind"
            return Wrong(f"{name}-{site.id}", wrong.words), _joined(Words(site.name, site.name), OF_A_QUOTA[name])
        case ["priorities", at, *rest]:
            row, name = sent.classes[int(at)], rest[0] if rest and rest[0] in OF_A_CLASS else "effect"
            called = Words(f"Förtursklass {row}", f"Priority class {row}")
            return Wrong(f"{name}-{row}", wrong.words), _joined(called, OF_A_CLASS[name])
        case ["quotas"]:
            return Wrong("quotas", wrong.words if sent.quotas else _NONE), _SITES
        case _:
            return Wrong(wrong.field, wrong.words), DATES.get(wrong.field)


def _joined(whose: Words, label: Words) -> Words:
    """Return what a field of one row is called, such as Kalmar, andel eller antal."""
    sv, en = (f"{text[:1].lower()}{text[1:]}" for text in (label.sv, label.en))
    return Words(f"{whose.sv}, {sv}", f"{whose.en}, {en}")
