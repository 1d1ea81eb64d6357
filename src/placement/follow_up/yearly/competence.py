"""Competence: the supervisors' training, and the education levels of university healthcare."""

from __future__ import annotations

from sqlmodel import col, select

from placement.follow_up.level_gaps import MINIMUM, LevelGap, LevelStatus, counts_of, gaps_at, levels_on
from placement.follow_up.tables import Cell, Column, Kind, Table
from placement.follow_up.training import LEVELS
from placement.follow_up.training_gaps import IN_ALL, USUAL_MONTHS, TrainingGap, gaps_among
from placement.follow_up.yearly.sections import Ground, Section
from placement.tables import Unit
from placement_solver.words import Words


def training_of(ground: Ground) -> list[TrainingGap]:
    """Return the gaps in supervisors' training at the report's units, by profession."""
    groups = dict.fromkeys(ground.units, (IN_ALL,))
    return gaps_among(ground.session, groups, {IN_ALL: Words("Alla", "All")}, ground.day)


def levels_of(ground: Ground) -> list[LevelGap]:
    """Return the standings of the report's units that are marked as university healthcare."""
    units = ground.session.exec(select(Unit).order_by(col(Unit.name), col(Unit.id))).all()
    gaps = gaps_at(ground.session, [unit for unit in units if unit.id in ground.units], ground.day)
    return [gap for gap in gaps if gap.unit.university_healthcare]


def write_supervisors(ground: Ground) -> Section:
    """Return the section on the supervisors' training, by profession."""
    title = Words("Handledarnas utbildning", "The supervisors' training")
    gaps = [gap for gap in training_of(ground) if gap.supervisors]
    if not gaps:
        nothing = Words("Inga handledare är anmälda.", "No supervisors have been reported.")
        return Section("supervisors", title, (nothing,))
    total, untrained = sum(gap.supervisors for gap in gaps), sum(gap.untrained for gap in gaps)
    expiring = sum(gap.expiring for gap in gaps)
    said = Words(
        f"{total - untrained} av {total} handledare har minst den kurs om 1,5 hp som rekommenderas. För {expiring} "
        f"går utbildningen ut inom {USUAL_MONTHS} månader.",
        f"{total - untrained} of {total} supervisors have at least the recommended course of 1.5 credits. For "
        f"{expiring} the training expires within {USUAL_MONTHS} months.",
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            gap.profession_name,
            gap.supervisors - sum(gap.at_level.values()),
            *gap.at_level.values(),
            gap.supervisors,
            gap.expiring,
            gap.aka,
        )
        for gap in sorted(gaps, key=lambda gap: (-gap.supervisors, gap.profession))
    )
    table = Table(
        Words("Handledare efter högsta utbildning", "Supervisors by their highest training"),
        (
            Column(Words("Yrke", "Profession"), Kind.TEXT),
            Column(Words("Ingen", "None")),
            *(Column(level.name) for level in LEVELS),
            Column(Words("Summa", "Sum")),
            Column(Words("Går ut snart", "Expiring soon")),
            Column(Words("Varav AKA eller klinisk adjunkt", "Of whom AKA or clinical lecturer")),
        ),
        rows,
        drawn=(1, 2, 3, 4),
        stacked=True,
    )
    return Section("supervisors", title, (said,), (table,))


def write_levels(ground: Ground) -> Section | None:
    """Return the section on the education levels; None where no unit is marked as university healthcare."""
    gaps = levels_of(ground)
    if not gaps:
        return None
    levels = levels_on(ground.day)
    complete = sum(gap.minimum_met == gap.minimum for gap in gaps)
    said = (
        Words(
            f"{complete} av {len(gaps)} enheter som är markerade som universitetssjukvård uppfyller alla åtta "
            "miniminivåer.",
            f"{complete} of {len(gaps)} units marked as university healthcare meet all eight minimum levels.",
        ),
        Words(
            "Nivåerna anges efter de ämnen som är publicerade, inte med Socialstyrelsens egna ord. Fem ämnen nämns i "
            "sydöstra sjukvårdsregionens strategi, tre finns i Lunds universitets kriterier.",
            "The levels are told by their published subjects, not in the words of the National Board of Health and "
            "Welfare. Five are named in the strategy of the south-eastern region, three in Lund University's criteria.",
        ),
    )
    counted = [each for each in counts_of(gaps, levels) if each.level.kind == MINIMUM]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (Words(each.level.name_sv, each.level.name_en), *each.by_status.values(), each.units) for each in counted
    )
    table = Table(
        Words("Enheter efter hur de uppfyller varje miniminivå", "Units by how they meet each minimum level"),
        (
            Column(Words("Miniminivå", "Minimum level"), Kind.TEXT),
            *(Column(_capital(status.words)) for status in LevelStatus),
            Column(Words("Enheter", "Units")),
        ),
        rows,
        drawn=(1, 2, 3, 4),
        stacked=True,
    )
    title = Words("Utbildningsnivåer i universitetssjukvården", "Education levels of university healthcare")
    return Section("education-levels", title, said, (table,))


def _capital(words: Words) -> Words:
    """Return words with a capital first letter."""
    return Words(words.sv[0].upper() + words.sv[1:], words.en[0].upper() + words.en[1:])
