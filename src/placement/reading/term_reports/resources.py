"""Resources: what one more place would be worth, and whether the floors and ceilings of agreements are met."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from placement.follow_up.tables import Cell, Column, Kind, Table, text
from placement.follow_up.yearly.sections import Section
from placement.printed.pages import LANGUAGES, say_number
from placement.reading.outcomes import AgreementOutcome
from placement.reading.standing import Dearest
from placement.reading.term_reports.ground import Ground
from placement_solver.words import Words

WORTH_MOST = 10
SHORT_MOST = 25
"""So many agreements below their floor are told of one by one, those that lack most."""


def write_worth(ground: Ground) -> Section | None:
    """Return the section on where one more place would be worth most; None where the proof gave no prices."""
    if not ground.dearest:
        return None
    told = ground.dearest[:WORTH_MOST]
    cost = ground.weights.get("unplaced")
    said = [
        Words(
            "Beviset sätter ett pris på allt som är knappt. Talet är det mesta som en plats till kan spara, i planens "
            "eget mått; det kan inte läggas ihop för flera platser.",
            "The proof puts a price on everything scarce. The figure is the most that one more place can save, in the "
            "plan's own measure; figures of several places cannot be added up.",
        )
    ]
    if cost:
        sv, en = (say_number(cost, language=language) for language in LANGUAGES)
        said.append(
            Words(
                f"Som jämförelse kostar en student utan plats {sv}.",
                f"For comparison, a student without a place costs {en}.",
            )
        )
    table = Table(
        Words(f"De {len(told)} platser som är värda mest", f"The {len(told)} places that are worth most"),
        (
            Column(Words("Enhet", "Unit"), Kind.TEXT),
            Column(Words("Yrke", "Profession"), Kind.TEXT),
            Column(Words("Veckor", "Weeks"), Kind.TEXT),
            Column(Words("Värd högst", "Worth at most")),
        ),
        tuple((text(each.unit), each.profession, _weeks(each), each.worth) for each in told),
    )
    return Section("worth", Words("Vad en plats till är värd", "What one more place is worth"), tuple(said), (table,))


def write_agreements(ground: Ground) -> Section | None:
    """Return the section on agreements: by lärosäte how many are met, and each that lies below its floor."""
    outcomes = ground.made.outcomes
    if outcomes is None or not outcomes.agreements:
        return None
    short = sorted(
        (each for each in outcomes.agreements if each.short),
        key=lambda each: (-each.short, each.institution.sv, each.provider.sv),
    )
    said = [
        Words(
            "Golv och tak är studentveckor under terminens veckor, som avtalen har dem.",
            "Floors and ceilings are student-weeks in the term's weeks, as the agreements have them.",
        )
    ]
    if not short:
        said.append(Words("Alla golv är nådda.", "Every floor is reached."))
    elif len(short) > SHORT_MOST:
        said.append(
            Words(
                f"{len(short)} avtal ligger under sitt golv; de {SHORT_MOST} som saknar mest står för sig.",
                f"{len(short)} agreements are below their floor; the {SHORT_MOST} that lack most have a row.",
            )
        )
    tables = [_by_institution(outcomes.agreements), *([_short(short[:SHORT_MOST])] if short else [])]
    return Section("agreements", Words("Avtalen", "The agreements"), tuple(said), tuple(tables))


def _weeks(place: Dearest) -> Words:
    first, last = place.first.week, place.last.week
    if first == last:
        return Words(f"v. {first}", f"week {first}")
    return Words(f"v. {first}–{last}", f"weeks {first}–{last}")


def _by_institution(agreements: Sequence[AgreementOutcome]) -> Table:
    own: defaultdict[Words, list[AgreementOutcome]] = defaultdict(list)
    for each in agreements:
        own[each.institution].append(each)
    rows: list[tuple[Cell, ...]] = [
        (
            name,
            len(group),
            sum(each.weeks for each in group),
            sum(not each.short for each in group),
            sum(bool(each.short) for each in group),
            sum(each.short for each in group),
            sum(each.is_full for each in group),
        )
        for name, group in sorted(own.items(), key=lambda pair: pair[0].sv)
    ]
    return Table(
        Words("Avtal efter lärosäte", "Agreements by lärosäte"),
        (
            Column(Words("Lärosäte", "Lärosäte"), Kind.TEXT),
            Column(Words("Avtal", "Agreements")),
            Column(Words("Studentveckor", "Student-weeks")),
            Column(Words("Golvet nått", "Floor reached")),
            Column(Words("Golvet inte nått", "Floor not reached")),
            Column(Words("Studentveckor som saknas", "Student-weeks missing")),
            Column(Words("Taket nått", "Ceiling reached")),
        ),
        tuple(rows),
    )


def _short(agreements: Sequence[AgreementOutcome]) -> Table:
    return Table(
        Words("Avtal under sitt golv", "Agreements below their floor"),
        (
            Column(Words("Lärosäte", "Lärosäte"), Kind.TEXT),
            Column(Words("Huvudman", "Provider"), Kind.TEXT),
            Column(Words("Studentveckor", "Student-weeks")),
            Column(Words("Golv", "Floor")),
            Column(Words("Saknas", "Missing")),
        ),
        tuple((each.institution, each.provider, each.weeks, each.floor, each.short) for each in agreements),
    )
