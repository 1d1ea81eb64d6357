"""The summary: a plan's figures as tables and sentences for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.box import SIMPLE
from rich.console import Console, Group, RenderableType
from rich.table import Table

from placement.cli.figures import DEARER, Figures, Tally
from placement.cli.speech import Language
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
    DEARER: Words(
        sv="det finns plats, men den skulle kosta mer än den ger",
        en="there is room, but it costs more than it gives",
    ),
}
PROFESSIONS = {
    "audiologist": Words(sv="audionom", en="audiologist"),
    "biomedical_laboratory_scientist": Words(sv="biomedicinsk analytiker", en="biomedical laboratory scientist"),
    "midwife": Words(sv="barnmorska", en="midwife"),
    "nurse": Words(sv="sjuksköterska", en="nurse"),
    "occupational_therapist": Words(sv="arbetsterapeut", en="occupational therapist"),
    "physician": Words(sv="läkare", en="physician"),
    "physiotherapist": Words(sv="fysioterapeut", en="physiotherapist"),
    "psychologist": Words(sv="psykolog", en="psychologist"),
    "psychotherapist": Words(sv="psykoterapeut", en="psychotherapist"),
    "radiographer": Words(sv="röntgensjuksköterska", en="radiographer"),
    "social_worker": Words(sv="socionom", en="social worker"),
    "specialist_nurse": Words(sv="specialistsjuksköterska", en="specialist nurse"),
    "speech_therapist": Words(sv="logoped", en="speech therapist"),
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
    sv="Restid: median {median:.0f} min, {share:.1%} av resorna över {long} min.",
    en="Travel: median {median:.0f} min, {share:.1%} of the journeys over {long} min.",
)
_MUNICIPAL = Words(
    sv="Kommunernas andel av studentveckorna: {share:.1%}.",
    en="The municipalities' share of the student-weeks: {share:.1%}.",
)
_GAP = Words(
    sv="Bevisat gap: {gap:.2%}; ingen plan kan vara mer än så mycket bättre.",
    en="Proven gap: {gap:.2%}; no plan can be better by more than that.",
)
_WHY = Words(
    sv="Varför {unplaced} är utan plats (en begäran kan ha flera skäl):",
    en="Why {unplaced} are unplaced (a request may have several reasons):",
)
_NO_UNIT = Words(sv="ingen enhet klarar regeln ”{rule}”", en="no unit passes the rule “{rule}”")


class Summary:
    """The figures of one plan in one language, with the names that the problem itself does not know."""

    def __init__(self, figures: Figures, institutions: Mapping[str, str], lang: Language) -> None:
        self._figures = figures
        self._institutions = institutions
        self._lang = lang

    def print(self, console: Console) -> None:
        """Print it all."""
        console.print(Group(*self._parts()))

    def _parts(self) -> Iterator[RenderableType]:
        figures, lang = self._figures, self._lang
        yield self._groups()
        yield self._volumes()
        if figures.travel is not None:
            yield lang.of(_TRAVEL).format(
                median=figures.travel.median, share=figures.travel.long_share, long=figures.travel.long_after
            )
        yield lang.of(_MUNICIPAL).format(share=figures.municipal_share)
        yield lang.of(_GAP).format(gap=figures.gap)
        if figures.causes:
            yield lang.of(_WHY).format(unplaced=figures.unplaced)
            yield from (f"  {cause.requests:>5}  {self._why(cause.key)}" for cause in figures.causes)

    def _groups(self) -> Table:
        """Lay out who is placed and who is not."""
        table = self._table(_GROUPS, words=2)
        last = ""
        for group in sorted(self._figures.groups, key=self._name_of):
            name = self._name_of(group)
            profession = PROFESSIONS.get(group.profession)
            table.add_row(
                "" if name == last else name,
                group.profession if profession is None else self._lang.of(profession),
                str(group.placed),
                str(group.unplaced),
            )
            last = name
        table.add_section()
        table.add_row(self._lang.of(_ALL), "", str(self._figures.placed), str(self._figures.unplaced))
        return table

    def _volumes(self) -> Table:
        """Lay out the agreements against their floors and ceilings."""
        table = self._table(_VOLUMES, words=1)
        of = self._lang.of(_OF)
        for volume in sorted(self._figures.volumes, key=self._name_of):
            table.add_row(
                self._name_of(volume),
                str(volume.student_weeks),
                of.format(part=volume.below_floor, whole=volume.with_floor),
                str(volume.missing),
                of.format(part=volume.full, whole=volume.with_ceiling),
            )
        return table

    def _name_of(self, of: Tally) -> str:
        """Return the name of the lärosäte that something is counted for, or its id where the name is not known."""
        return self._institutions.get(of.institution, of.institution)

    def _table(self, headings: tuple[Words, ...], *, words: int) -> Table:
        """Begin a table whose first columns are words and the others numbers."""
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
