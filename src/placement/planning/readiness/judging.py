"""Judging: the check list of a term, each check with what it has found in the caller's part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session

from placement.callers import Caller, Role
from placement.planning.readiness import agreeing, asking, offering, term, tokens
from placement.planning.readiness import trying as tries
from placement.planning.readiness.findings import Finding, Found, Severity
from placement.planning.readiness.seen import Seen
from placement.planning.runs import CONCERNED
from placement.store.access import CARE, INSTITUTIONS, PARTIES, PROVIDERS, allow, found
from placement.tables import Term
from placement_solver.words import Words


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its code, the roles whose part it is about, what finds a lack, and what is said if there is none.

    ``tries`` tells whether it gathers the whole term and asks the planner's own rules, which takes a county seconds.
    """

    code: str
    roles: frozenset[Role]
    find: Callable[[Seen], Found | None]
    fine: Words
    tries: bool = False


@dataclass(frozen=True, slots=True)
class Readiness:
    """A term and every check of it that concerns the caller: what blocks first, and last what is as it should be."""

    term: Term
    findings: tuple[Finding, ...]

    @property
    def ready(self) -> bool:
        """Tell whether nothing blocks."""
        return all(finding.severity is not Severity.BLOCKING for finding in self.findings)


def judge_readiness(session: Session, by: Caller, term_id: str, *, trying: bool = True) -> Readiness:
    """Tell what a term still lacks before a run makes sense: to a coordinator of all, to a party of its own part.

    Without ``trying``, the checks that try the whole term are left out.
    """
    allow(by, CONCERNED)
    row = found(session.get(Term, term_id), term_id)
    seen = Seen(session, by, row)
    findings = [
        Finding(check.code, check.find(seen) or Found(check.fine, severity=Severity.OK))
        for check in CHECKS
        if by.role in check.roles and (trying or not check.tries)
    ]
    order = list(Severity)
    return Readiness(row, tuple(sorted(findings, key=lambda finding: order.index(finding.severity))))


CHECKS = (
    Check(
        "no-cohorts",
        INSTITUTIONS,
        asking.find_no_cohorts,
        Words("Terminen har kullar.", "The term has cohorts."),
    ),
    Check(
        "cohorts-without-students",
        INSTITUTIONS,
        asking.find_empty_cohorts,
        Words("Varje kull har studenter.", "Every cohort has students."),
    ),
    Check(
        "no-requests",
        INSTITUTIONS,
        asking.find_no_requests,
        Words("Det finns begäranden i terminen.", "There are requests in the term."),
    ),
    Check(
        "courses-without-windows",
        INSTITUTIONS,
        asking.find_courses_without_windows,
        Words("Varje kurs som begärs har startveckor.", "Every course asked for has start weeks."),
    ),
    Check(
        "windows-without-room",
        INSTITUTIONS,
        asking.find_windows_without_room,
        Words(
            "Varje kurs med startveckor hinner sluta inom terminen.",
            "Every course with start weeks ends within the term.",
        ),
    ),
    Check(
        "no-units",
        PROVIDERS,
        offering.find_no_units,
        Words("Det finns enheter.", "There are units."),
    ),
    Check(
        "no-places",
        CONCERNED,
        offering.find_no_places,
        Words("Det finns enheter som erbjuder platser.", "There are units that offer places."),
    ),
    Check(
        "units-without-offers",
        CARE,
        offering.find_units_without_offers,
        Words("Varje enhet har ett platserbjudande i terminen.", "Every unit has an offer in the term."),
    ),
    Check(
        "units-unanswered",
        CARE,
        offering.find_units_unanswered,
        Words("Varje enhet med ett platserbjudande har svarat.", "Every unit with an offer has answered."),
    ),
    Check(
        "answers-without-places",
        CARE,
        offering.find_answers_without_places,
        Words(
            "Varje enhet som har svarat ja har platser i någon vecka.",
            "Every unit that has not declined has places in some week.",
        ),
    ),
    Check(
        "places-above-ceilings",
        CARE,
        offering.find_places_above_ceilings,
        Words(
            "Ingen enhet erbjuder fler platser än sitt tak.",
            "No unit offers more places than its ceiling.",
        ),
    ),
    Check(
        "professions-not-offered",
        INSTITUTIONS,
        asking.find_professions_not_offered,
        Words("Det finns platser för varje yrke som begärs.", "There are places for every profession asked for."),
    ),
    Check(
        "kinds-not-offered",
        INSTITUTIONS,
        asking.find_kinds_not_offered,
        Words(
            "Det finns platser på enheter av rätt slag för varje kurs.",
            "There are places at units of the right kind for every course.",
        ),
    ),
    Check(
        "courses-without-places",
        INSTITUTIONS,
        asking.find_courses_without_places,
        Words(
            "Varje kurs har någon enhet med platser som passar på alla sätt.",
            "Every course has some unit with places that suits in every way.",
        ),
    ),
    Check(
        "weeks-without-places",
        INSTITUTIONS,
        asking.find_weeks_without_places,
        Words(
            "Där det finns platser för en kurs finns de under kursens veckor.",
            "Where there are places for a course, they are in the course's weeks.",
        ),
    ),
    Check(
        "no-agreement",
        INSTITUTIONS,
        agreeing.find_no_agreement,
        Words(
            "Där det finns platser för studenter finns också avtal.",
            "Where there are places for students, there is an agreement too.",
        ),
    ),
    Check(
        "agreements-ended",
        PARTIES,
        agreeing.find_ended_agreements,
        Words(
            "Inget avtal har upphört före terminen utan att ett annat gäller.",
            "No agreement has ended before the term without another in its place.",
        ),
    ),
    Check(
        "agreements-for-a-part",
        PARTIES,
        agreeing.find_agreements_for_a_part,
        Words("Varje gällande avtal gäller hela terminen.", "Every agreement in force holds for the whole term."),
    ),
    Check(
        "agreements-without-volume",
        PARTIES,
        agreeing.find_agreements_without_volume,
        Words("Varje gällande avtal har en volym för terminen.", "Every agreement in force has a volume for the term."),
    ),
    Check(
        "ceilings-below-asked",
        PARTIES,
        agreeing.find_low_ceilings,
        Words("Avtalens tak räcker till det som begärs.", "The ceilings of agreements suffice for what is asked."),
    ),
    Check(
        "no-supervisor",
        INSTITUTIONS,
        asking.find_no_supervisor,
        Words(
            "Där en kurs kräver en utbildad handledare och det finns platser finns det också en sådan.",
            "Where a course requires a trained supervisor and there are places, there is one too.",
        ),
    ),
    Check(
        "courses-at-the-same-unit",
        INSTITUTIONS,
        asking.find_courses_at_the_same_unit,
        Words(
            "Ingen kurs som begärs önskar samma enhet som tidigare.",
            "No course asked for wishes for the same unit as before.",
        ),
    ),
    Check(
        "pairs-without-courses",
        INSTITUTIONS,
        asking.find_pairs_that_no_course_teaches_in,
        Words(
            "Jämna par vägs bara om någon kurs undervisar i par.",
            "Even pairs are weighed only if a course teaches in pairs.",
        ),
    ),
    Check(
        "units-without-supervisors",
        CARE,
        offering.find_units_without_supervisors,
        Words(
            "Varje enhet med platser har en handledare i tjänst.",
            "Every unit with places has a supervisor on duty.",
        ),
    ),
    Check(
        "trainings-expire",
        CARE,
        offering.find_expiring_trainings,
        Words(
            "Ingen handledares utbildning går ut före terminens slut.",
            "No supervisor's training expires before the term ends.",
        ),
    ),
    Check(
        "fewer-places-than-asked",
        INSTITUTIONS,
        asking.compare_places,
        Words("Inget begärs eller erbjuds.", "Nothing is asked for or offered."),
    ),
    Check(
        "zones-without-travel-times",
        CONCERNED,
        term.find_zones_without_times,
        Words("Varje zon har restider.", "Every zone has travel times."),
    ),
    Check(
        "publication-late",
        CONCERNED,
        term.find_passed_publication,
        Words("Dagen för publicering har inte passerat.", "The day of publication has not passed."),
    ),
    Check(
        "tokens-expire",
        PARTIES,
        tokens.find_expiring_tokens,
        Words("Ingen åtkomstnyckel går ut före terminens slut.", "No token expires before the term ends."),
    ),
    Check(
        "run-refused",
        INSTITUTIONS,
        tries.find_refusal,
        Words("En körning skulle ta emot terminen.", "A run would accept the term."),
        tries=True,
    ),
    Check(
        "impossible-requests",
        INSTITUTIONS,
        tries.find_impossible_requests,
        Words(
            "Varje begäran har minst en möjlig placering, var för sig.",
            "Every request has at least one possible placement, each looked at alone.",
        ),
        tries=True,
    ),
    Check(
        "places-unusable",
        CARE - {Role.COORDINATOR},
        tries.find_unusable_places,
        Words(
            "Där det finns platser och begäranden kan någon begäran använda platserna.",
            "Where there are places and requests, some request can use the places.",
        ),
        tries=True,
    ),
)
"""Every check, in the order in which what it finds would be mended."""
