"""Environment: how the offered weeks are used, how much is municipal, and which other students are there."""

from __future__ import annotations

from placement.follow_up.facts import Facts
from placement.follow_up.indicators.base import (
    EVERYWHERE,
    OF_CARE,
    OF_STUDENTS,
    OFFERED_WEEKS,
    STUDENT_WEEKS,
    UNIT_WEEKS,
    Count,
    Indicator,
)
from placement_solver.words import Source, Words

DENSE_FROM = 4
"""From how many students in a week a unit is called student-dense, unless the reader asks for another number.

Red Cross University College schedules four students together at a student unit; no agreement of the county's sets a
number.
"""
_SEVERAL = 2
_LETTER = Source("Avsiktsförklaring, Vision för samverkan", "Kommunförbundet Stockholms län", 2016)


def _municipal(facts: Facts, _dense_from: int) -> Count:
    stays = list(facts.stays())
    return Count(sum(stay.weeks for stay in stays if stay.municipal), sum(stay.weeks for stay in stays))


def _unused(facts: Facts, _dense_from: int) -> Count:
    places = sum(each.places for each in facts.offerings)
    return Count(places - sum(each.used for each in facts.offerings), places)


def _interprofessional(facts: Facts, _dense_from: int) -> Count:
    weeks = {week for stay in facts.stays() for week in stay.unit_weeks()}
    return Count(sum(len(facts.presence.professions[week]) >= _SEVERAL for week in weeks), len(weeks))


def _dense(facts: Facts, dense_from: int) -> Count:
    weeks = {week for stay in facts.stays() for week in stay.unit_weeks()}
    return Count(sum(facts.presence.students[week] >= dense_from for week in weeks), len(weeks))


MUNICIPAL_WEEKS = Indicator(
    "municipal-student-weeks",
    Words("Studentveckor i kommunal vård", "Student-weeks in municipal care"),
    Words(
        "Studentveckor på enheter som en kommun ansvarar för eller finansierar, oavsett vem som driver dem. Alla "
        "planerade veckor räknas i placeringar som inte har avslutats i förtid; vilka veckor som blev genomförda står "
        "i avräkningen.",
        "Student-weeks at units that a municipality is responsible for or funds, whoever runs them. All planned weeks "
        "are counted of placements that have not ended early; which weeks were done is told by the settlement.",
    ),
    _LETTER,
    STUDENT_WEEKS,
    OF_STUDENTS,
    rising=True,
    count=_municipal,
)
UNUSED_WEEKS = Indicator(
    "unused-weeks",
    Words("Erbjudna veckor som inte används", "Offered weeks that are not used"),
    Words(
        "Platsveckor i enheternas besvarade erbjudanden som ingen student i samma termin har. En plats räknas en gång, "
        "även om den är öppen för flera yrken.",
        "Place-weeks in the units' answered offers that no student of the same term has. A place is counted once, even "
        "if it is open to several professions.",
    ),
    Source("SOU 2024:9 om inlåsta platser, återgiven", "Vårdfokus", 2024),
    OFFERED_WEEKS,
    OF_CARE,
    rising=False,
    count=_unused,
)
INTERPROFESSIONAL_WEEKS = Indicator(
    "interprofessional-weeks",
    Words("Veckor med flera yrken", "Weeks with several professions"),
    Words(
        "Veckor på en enhet då studenter från minst två yrken är där samtidigt. En vecka räknas om någon av de "
        "studenter som siffran gäller är där; alla studenter på enheten räknas in.",
        "Weeks at a unit in which students of at least two professions are there. A week is counted if any of the "
        "students that the figure is about is there; all students at the unit count.",
    ),
    _LETTER,
    UNIT_WEEKS,
    EVERYWHERE,
    rising=True,
    count=_interprofessional,
)
STUDENT_DENSE_WEEKS = Indicator(
    "student-dense-weeks",
    Words("Studenttäta veckor", "Student-dense weeks"),
    Words(
        f"Veckor på en enhet då minst {DENSE_FROM} studenter är där samtidigt, om inget annat antal begärs. En vecka "
        "räknas om någon av de studenter som siffran gäller är där; alla studenter på enheten räknas in.",
        f"Weeks at a unit in which at least {DENSE_FROM} students are there, unless another number is asked for. A "
        "week is counted if any of the students that the figure is about is there; all students at the unit count.",
    ),
    Source("Studentenhet: fyra studenter schemaläggs samtidigt", "Röda Korsets Högskola", 2026),
    UNIT_WEEKS,
    EVERYWHERE,
    rising=True,
    count=_dense,
)
INDICATORS = (MUNICIPAL_WEEKS, UNUSED_WEEKS, INTERPROFESSIONAL_WEEKS, STUDENT_DENSE_WEEKS)
