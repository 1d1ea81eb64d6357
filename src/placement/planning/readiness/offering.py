"""Checks of what providers offer: units, their answers, and their supervisors; each is about the caller's own units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace

from sqlmodel import col, select

from placement.callers import Role
from placement.planning.readiness.findings import Found, Item, blocking_if, same, several
from placement.planning.readiness.seen import Seen
from placement.tables import CapacityOffer, OfferStatus, Supervisor, Training
from placement_solver.words import Words

_NO_PLACES = {
    Role.COORDINATOR: Words(
        "Ingen enhet har besvarat med platser i terminen.", "No unit has answered with places in the term."
    ),
    Role.INSTITUTION: Words(
        "Ingen enhet har svarat med platser i terminen som är öppna för er.",
        "No unit has answered with places in the term that are open to you.",
    ),
    Role.PROVIDER: Words(
        "Ingen av era enheter har svarat med platser i terminen.",
        "None of your units has answered with places in the term.",
    ),
    Role.UNIT: Words(
        "Enheten har inte svarat med platser i terminen.", "Your unit has not answered with places in the term."
    ),
}


def find_no_units(seen: Seen) -> Found | None:
    """Find that there is no unit; a provider without units stops no run if others have some."""
    if seen.own_units:
        return None
    words = Words("Det finns inga enheter.", "There are no units.")
    if seen.by.role is Role.PROVIDER:
        words = Words("Ni har inga enheter.", "You have no units.")
    return Found(words, severity=blocking_if(not seen.units))


def find_no_places(seen: Seen) -> Found | None:
    """Find that no unit has answered with places; a party's own part stops no run if there are places elsewhere."""
    if seen.offers:
        return None
    return Found(_NO_PLACES[seen.by.role], severity=blocking_if(not any(each.weeks for each in seen.every_offer)))


def find_units_without_offers(seen: Seen) -> Found | None:
    """Find the units that have not been asked: they have no offer in the term, not even an unanswered one."""
    never = seen.own_units - _statuses(seen).keys()
    return _about_units(seen, never, Words("har inget platserbjudande i terminen", "without any offer in the term"))


def find_units_unanswered(seen: Seen) -> Found | None:
    """Find the units that have answered none of their offers."""
    silent = {unit for unit, statuses in _statuses(seen).items() if statuses == {OfferStatus.UNANSWERED}}
    return _about_units(seen, silent, Words("har inte svarat", "without an answer"))


def find_answers_without_places(seen: Seen) -> Found | None:
    """Find the units that have answered, but with no place in any week of the term."""
    answered = {unit for unit, statuses in _statuses(seen).items() if OfferStatus.ANSWERED in statuses}
    empty = answered - {offer.unit for offer in seen.every_offer if offer.weeks}
    return _about_units(seen, empty, Words("har svarat med noll platser i alla veckor", "with no place in any week"))


def find_places_above_ceilings(seen: Seen) -> Found | None:
    """Find the units that offer more places in a week than the ceiling for all their students together.

    Offers are looked at one by one: a ceiling below several offers together is what it is there for.
    """
    most: defaultdict[str, int] = defaultdict(int)
    for offer in seen.offers:
        most[offer.unit] = max(most[offer.unit], *offer.places)
    ceilings = {unit: seen.units[unit].max_students for unit in most}
    above = {unit: ceiling for unit, ceiling in ceilings.items() if ceiling is not None and ceiling < most[unit]}
    closed = several(sum(not ceiling for ceiling in above.values()), "units")
    found = _about_units(
        seen,
        above,
        Words(
            f"erbjuder fler platser än enhetens tak tillåter. Tak 0, så att ingen kan använda platserna: {closed.sv}",
            f"with more places offered than the unit's ceiling allows. Ceiling 0, so that nobody can use the places: "
            f"{closed.en}",
        ),
    )
    if found is None:
        return None
    counted = (replace(item, counts={"places": most[item.id], "maxStudents": above[item.id]}) for item in found.items)
    return replace(found, items=tuple(counted))


def find_units_without_supervisors(seen: Seen) -> Found | None:
    """Find the units with places where no supervisor is on duty in any week that has places."""
    weeks: defaultdict[str, int] = defaultdict(int)
    for offer in seen.offers:
        weeks[offer.unit] |= offer.weeks
    alone = {unit for unit, those in weeks.items() if not any(each.weeks & those for each in seen.tutors.get(unit, ()))}
    return _about_units(
        seen, alone, Words("har platser men ingen handledare i tjänst", "with places but no supervisor on duty")
    )


def find_expiring_trainings(seen: Seen) -> Found | None:
    """Find the supervisors whose best training does not count, since it expires before the term ends."""
    counts = {each["id"]: each["credits"] for each in seen.supervisors if each["unit"] in seen.own_units}
    best, still_valid = _trainings(seen)
    expiring = {one for one, counted in counts.items() if best[one] > counted}
    if not expiring:
        return None
    within = sum(still_valid[one] > counts[one] for one in expiring)
    before = len(expiring) - within
    number = several(len(expiring), "supervisors")
    words = Words(
        f"Utbildningen räknas inte för {number.sv}: den går ut före terminen för {before} och under den för {within}.",
        f"The training of {number.en} does not count: it expires before the term for {before}, within it for {within}.",
    )
    rows = seen.session.exec(select(Supervisor).order_by(col(Supervisor.external_id), col(Supervisor.id)))
    items = (
        Item(row.id, same(row.external_id), row.external_id, same(seen.units[row.unit_id].name))
        for row in rows
        if row.id in expiring
    )
    counted = {"supervisors": len(expiring), "expireBefore": before, "expireWithin": within}
    return Found(words, counted, tuple(items))


def _trainings(seen: Seen) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """Return the best credits of each supervisor when the term begins: expired ones too, and only those still valid."""
    first_day = seen.term.first_week.monday()
    best: defaultdict[str, float] = defaultdict(float)
    still_valid: defaultdict[str, float] = defaultdict(float)
    for training in seen.session.exec(select(Training).where(Training.completed_on <= first_day)):
        one = training.supervisor_id
        best[one] = max(best[one], training.credits)
        if training.expires_on is None or training.expires_on >= first_day:
            still_valid[one] = max(still_valid[one], training.credits)
    return best, still_valid


def _statuses(seen: Seen) -> Mapping[str, set[OfferStatus]]:
    """Return the statuses of the offers that each of the caller's units has in the term."""
    statuses: defaultdict[str, set[OfferStatus]] = defaultdict(set)
    offers = select(col(CapacityOffer.unit_id), col(CapacityOffer.status)).where(CapacityOffer.term_id == seen.term.id)
    for unit, status in seen.session.exec(offers):
        if unit in seen.own_units:
            statuses[unit].add(status)
    return statuses


def _about_units(seen: Seen, units: Collection[str], what: Words) -> Found | None:
    """Say how many units something is true of, of how many providers, and which; None if of none."""
    if not units:
        return None
    providers = {seen.units[unit].provider_id for unit in units}
    number, owners = several(len(units), "units"), several(len(providers), "providers")
    words = Words(f"{number.sv} hos {owners.sv} {what.sv}.", f"{number.en} of {owners.en} {what.en}.")
    return Found(words, {"units": len(units), "providers": len(providers)}, seen.unit_items(units))
