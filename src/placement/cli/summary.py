"""Summary: a plan's figures as tables and sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict

from rich.box import SIMPLE
from rich.console import Console, RenderableType
from rich.table import Table

from placement.cli.professions import name_profession
from placement.cli.speech import Language
from placement.cli.worth import tell_worth
from placement_solver.figures.causes import DEARER, count_causes
from placement_solver.plan import Plan
from placement_solver.problem import Term
from placement_solver.report import AgreementFigures, Report
from placement_solver.rules import RULES
from placement_solver.words import Words

RULE_NAMES = {rule.key: rule.name for rule in RULES}
FULL_WORDS = {
    "capacities": Words(sv="de erbjudna platserna är fulla", en="the places offered are full"),
    "unit_ceilings": Words(sv="enheternas tak är nått", en="the units' ceilings are reached"),
    "agreements": Words(sv="avtalens tak är nått", en="the agreements' ceilings are reached"),
    "supervisors": Words(sv="handledarna är upptagna", en="the supervisors are taken"),
    "own_placements": Words(
        sv="studentens egna placeringar är i vägen", en="the student's own placements stand in the way"
    ),
    "other_terms": Words(
        sv="studentens veckor är upptagna i en annan termin, eller av en placering som är avslutad",
        en="the student's weeks are taken in another term, or by a placement that is over",
    ),
    DEARER: Words(
        sv="det finns plats, men den skulle kosta mer än den ger",
        en="there is room, but it costs more than it gives",
    ),
}

_GROUPS = (
    Words(sv="Lärosäte", en="Lärosäte"),
    Words(sv="Yrke", en="Profession"),
    Words(sv="Placerade", en="Placed"),
    Words(sv="Utan plats", en="Unplaced"),
)
_VOLUMES = (
    Words(sv="Avtal med", en="Agreements of"),
    Words(sv="Studentveckor", en="Student-weeks"),
    Words(sv="Under golvet", en="Below floor"),
    Words(sv="Fattas", en="Missing"),
    Words(sv="I taket", en="At ceiling"),
)
_ALL = Words(sv="Alla", en="All")
_OF = Words(sv="{part} av {whole}", en="{part} of {whole}")
_TRAVEL = Words(
    sv="Restid: median {median} min, nio av tio högst {ninetieth} min, {over_hour:.1%} av resorna över en timme.",
    en="Travel: median {median} min, nine in ten at most {ninetieth} min, {over_hour:.1%} of journeys over an hour.",
)
_WISHES = Words(
    sv="Önskemål: {first:.1%} av de {requests} med önskade enheter fick den första, {any:.1%} någon av dem.",
    en="Wishes: of the {requests} with units they prefer {first:.1%} got the first, {any:.1%} any of them.",
)
_MUNICIPAL = Words(
    sv="Kommunernas andel: {placed:.1%} av studentveckorna, {offered:.1%} av de erbjudna.",
    en="The municipalities' share: {placed:.1%} of the student-weeks, {offered:.1%} of those offered.",
)
_SUPERVISORS = Words(
    sv="Handledare: {used} av {supervisors} har studenter, i median {median} studentveckor, som mest {most}.",
    en="Supervisors: {used} of {supervisors} have students, for {median} student-weeks in the median, {most} at most.",
)
_ENVIRONMENTS = Words(
    sv="Lärandemiljöer: {interprofessional_share:.1%} av enheternas veckor har studenter från flera yrken, "
    "{dense_share:.1%} har minst fyra studenter.",
    en="Learning environments: {interprofessional_share:.1%} of the units' weeks have students of several professions, "
    "{dense_share:.1%} have at least four students.",
)
_PAIRS = Words(
    sv="Par: i {odd} av {paired} veckor har en enhet ett udda antal studenter från en kurs som undervisar i par.",
    en="Pairs: in {odd} of {paired} weeks a unit has an odd number of students of a course that teaches in pairs.",
)
_GAP = Words(
    sv="Bevisat gap: {gap:.2%}; ingen plan kan vara mer än så mycket bättre.",
    en="Proven gap: {gap:.2%}; no plan can be better by more than that.",
)
_WHY = Words(
    sv="Varför {unplaced} är utan plats (en begäran kan ha flera skäl):",
    en="Why {unplaced} are unplaced (a request may have several reasons):",
)
_LINES = 3
"""The number of lines in each list of what more would be worth."""
_NO_UNIT = Words(sv="ingen enhet klarar regeln ”{rule}”", en="no unit passes the rule “{rule}”")


class Summary:
    """The figures of one plan in one language, with the names that the problem itself does not know."""

    def __init__(self, term: Term, plan: Plan, report: Report, names: Mapping[str, str], lang: Language) -> None:
        self._term = term
        self._plan = plan
        self._report = report
        self._fairness = report.fairness
        self._names = names
        self._lang = lang

    def print(self, console: Console) -> None:
        """Print the whole summary."""
        for part in self._parts():
            console.print(part, soft_wrap=isinstance(part, str))

    def _parts(self) -> Iterator[RenderableType]:
        lang, fairness = self._lang, self._fairness
        yield self._groups()
        yield self._volumes()
        if fairness.everyone.journeys is not None:
            yield lang.of(_TRAVEL).format_map(asdict(fairness.everyone.journeys))
        if fairness.everyone.wishes is not None:
            yield lang.of(_WISHES).format_map(asdict(fairness.everyone.wishes))
        placed, offered = fairness.municipal.placed_share, fairness.municipal.offered_share
        if placed is not None and offered is not None:
            yield lang.of(_MUNICIPAL).format(placed=placed, offered=offered)
        yield lang.of(_SUPERVISORS).format_map(asdict(fairness.supervisors))
        yield from self._environments()
        yield lang.of(_GAP).format(gap=self._plan.gap)
        if self._plan.unplaced:
            yield lang.of(_WHY).format(unplaced=len(self._plan.unplaced))
            yield from (f"  {cause.requests:>5}  {self._why(cause.key)}" for cause in count_causes(self._plan.unplaced))
        if self._report.prices is not None:
            yield from tell_worth(self._report.prices, self._term.first_week, self._names, lang, _LINES)

    def _environments(self) -> Iterator[str]:
        """Tell of learning environments where units have students, and of pairs where a course teaches in pairs."""
        figures = self._fairness.environments
        if figures is not None and figures.unit_weeks:
            yield self._lang.of(_ENVIRONMENTS).format_map(asdict(figures))
        if figures is not None and figures.paired:
            yield self._lang.of(_PAIRS).format_map(asdict(figures))

    def _groups(self) -> Table:
        """Return the table of placed and unplaced requests."""
        table = self._table(_GROUPS, words=2)
        last = ""
        for group in sorted(self._fairness.programmes, key=lambda each: self._name_of(each.institution)):
            name = self._name_of(group.institution)
            table.add_row(
                "" if name == last else name,
                name_profession(group.profession, self._lang),
                str(group.placed),
                str(group.unplaced),
            )
            last = name
        table.add_section()
        everyone = self._fairness.everyone
        table.add_row(self._lang.of(_ALL), "", str(everyone.placed), str(everyone.requests - everyone.placed))
        return table

    def _volumes(self) -> Table:
        """Return the table of the agreements against their floors and ceilings."""
        table = self._table(_VOLUMES, words=1)
        of = self._lang.of(_OF)
        volumes: defaultdict[str, list[AgreementFigures]] = defaultdict(list)
        for agreement in self._fairness.agreements:
            volumes[self._name_of(agreement.institution)].append(agreement)
        for name, agreements in sorted(volumes.items()):
            table.add_row(
                name,
                str(sum(each.student_weeks for each in agreements)),
                of.format(
                    part=sum(each.short > 0 for each in agreements), whole=sum(each.floor > 0 for each in agreements)
                ),
                str(sum(each.short for each in agreements)),
                of.format(
                    part=sum(each.ceiling is not None and each.student_weeks >= each.ceiling for each in agreements),
                    whole=sum(each.ceiling is not None for each in agreements),
                ),
            )
        return table

    def _name_of(self, institution: str) -> str:
        """Return the name of a lärosäte, or its id where the name is not known."""
        return self._names.get(institution, institution)

    def _table(self, headings: tuple[Words, ...], *, words: int) -> Table:
        """Return an empty table whose first columns are text and the others numbers."""
        table = Table(box=SIMPLE)
        for place, heading in enumerate(headings):
            is_word = place < words
            table.add_column(self._lang.of(heading), justify="left" if is_word else "right", no_wrap=not is_word)
        return table

    def _why(self, key: str) -> str:
        """Say in words why requests are unplaced."""
        if key in FULL_WORDS:
            return self._lang.of(FULL_WORDS[key])
        return self._lang.of(_NO_UNIT).format(rule=self._lang.of(RULE_NAMES[key]))
