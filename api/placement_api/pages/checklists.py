"""Checklists: what is known about a plan before it is published, item by item, each with its fact."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlmodel import Session

from placement.callers import Caller
from placement.in_force import publishing, since
from placement.planning import runs
from placement.planning.scenarios import is_what_if
from placement.printed.pages import LANGUAGES, say_moment, say_number
from placement.reading import standing
from placement.reading.standing import Figures
from placement.register import answers
from placement.tables import Run, Term
from placement_api.pages.gauges import gauge_of
from placement_solver.words import Words


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to know: how it stands, what it says, and where its rows are.

    ``kind`` is ``ok``, ``warn`` or ``bad``. What has to be taken a stand on has the name of its box, and the number
    that the stand is about.
    """

    kind: str
    title: Words
    text: Words
    address: str | None = None
    stand: str = ""
    number: int = 0
    lines: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Checklist:
    """A plan's checklist: its number, its items and its outcome."""

    number: int
    items: tuple[Item, ...]
    figures: Figures | None
    to_stand_on: tuple[Item, ...] = field(default=())

    @property
    def done(self) -> int:
        """Return how many items need nothing."""
        return sum(item.kind == "ok" for item in self.items)

    @property
    def blocked(self) -> bool:
        """Tell whether something makes publishing impossible."""
        return any(item.kind == "bad" for item in self.items)


def checklist_of(store: Session, by: Caller, term: Term, run: Run, *, compared: bool = False) -> Checklist:
    """Return the checklist of a run's plan; ``compared`` holds the whole term against what was planned."""
    number = runs.number_of(store, by, run)
    plan = _plan_item(store, by, run)
    if plan.kind == "bad":
        return Checklist(number, (plan,), None)
    figures = standing.show_figures(store, by, run.id)
    items = (
        plan,
        _compared_item(store, by, run) if compared else _touched_item(store, by, term, run),
        _requests_item(store, by, term),
        _gap_item(run, term),
        _silent_item(store, by, term),
        _unplaced_item(run, term),
        *_figure_items(figures, term),
    )
    return Checklist(number, items, figures, tuple(item for item in items if item.stand))


def _plan_item(store: Session, by: Caller, run: Run) -> Item:
    """Say whether there is a plan that can be published."""
    if run.status not in runs.ENDED:
        return Item(
            "bad", Words("Körningen pågår", "The run goes on"), Words("Vänta tills den är klar.", "Wait for it.")
        )
    if not standing.has_plan(store, by, run.id):
        return Item(
            "bad",
            Words("Körningen har ingen plan", "The run has no plan"),
            Words("Starta en ny körning.", "Start a new run."),
        )
    if is_what_if(run):
        return Item(
            "bad",
            Words("Körningen är ett tänkt fall", "The run is a scenario"),
            Words("Ett tänkt fall kan aldrig publiceras.", "A scenario can never be published."),
        )
    if publishing.is_published(store, run.id):
        return Item(
            "bad",
            Words("Planen är redan publicerad", "The plan has already been published"),
            Words("Starta en körning för att ändra den.", "Start a run to change it."),
        )
    return Item(
        "ok",
        Words("Planen är räknad färdigt och fri från regelbrott", "The plan is finished and breaks no rule"),
        Words(
            "Kontrollerad av kod som inte delar något med sökningen.",
            "Checked by code that shares nothing with the search.",
        ),
    )


def _touched_item(store: Session, by: Caller, term: Term, run: Run) -> Item:
    """Say whether anything that plans are made from has been touched since the run began: quick, on the safe side."""
    touched = since.count_touched(store, by, run.id)
    began = run.started_at or run.requested_at
    when = Words(*(say_moment(began, language=language) for language in LANGUAGES))
    if not touched:
        return Item(
            "ok",
            Words("Terminen är densamma som när planen räknades", "The term is what it was when it was planned"),
            Words(f"Inget har ändrats sedan {when.sv}.", f"Nothing has changed since {when.en}."),
        )
    told = Words(", ".join(each.sv for each in touched), ", ".join(each.en for each in touched))
    return Item(
        "warn",
        Words("Något har ändrats sedan planen räknades", "Something has changed since the plan was made"),
        Words(
            f"Sedan {when.sv}: {told.sv}. Rör det terminen nekas publiceringen, och planen måste räknas om.",
            f"Since {when.en}: {told.en}. If it concerns the term, publishing is refused and a new plan is needed.",
        ),
        f"/terms/{term.code}/publish?run={run.id}&check=yes",
    )


def _compared_item(store: Session, by: Caller, run: Run) -> Item:
    """Say exactly what has changed in the term since it was planned."""
    changes = since.tell_changes(store, by, run.id)
    if not changes:
        return Item(
            "ok",
            Words("Terminen är densamma som när planen räknades", "The term is what it was when it was planned"),
            Words("Jämförd rad för rad nyss.", "Compared row by row just now."),
        )
    return Item(
        "bad",
        Words("Terminen har ändrats sedan planen räknades", "The term has changed since the plan was made"),
        Words("Starta en ny körning, så räknas ändringarna in.", "Start a new run, and the changes count."),
        lines=tuple(changes),
    )


def _requests_item(store: Session, by: Caller, term: Term) -> Item:
    """Say how many requests are in."""
    asked = standing.count_requests(store, by, term.id)
    total = _written(sum(each.requests for each in asked))
    return Item(
        "ok" if asked else "warn",
        Words(f"{total.sv} begäranden är inne", f"{total.en} requests are in"),
        Words(f"Från {len(asked)} lärosäten.", f"From {len(asked)} lärosäten."),
        f"/terms/{term.code}/requests" if asked else None,
    )


def _gap_item(run: Run, term: Term) -> Item:
    """Say what is proven about the plan."""
    gauge = gauge_of(run)
    if gauge is None or not gauge.gap:
        return Item(
            "ok",
            Words("Planen är bevisat bäst", "The plan is proven best"),
            Words("Ingen plan kan kosta mindre.", "No plan can cost less."),
            f"/terms/{term.code}/runs/{run.id}",
        )
    share = Words(*(say_number(100 * gauge.gap, 2, language=language) for language in LANGUAGES))
    left, one = _written(gauge.left), _written(term.weight_unplaced)
    return Item(
        "ok",
        Words(f"Gapet är bevisat: {share.sv} %", f"The gap is proven: {share.en}%"),
        Words(
            f"Högst {left.sv} kan vinnas på att räkna om; en student utan plats kostar {one.sv}.",
            f"At most {left.en} can be won by a new run; a student without a place costs {one.en}.",
        ),
        f"/terms/{term.code}/runs/{run.id}",
    )


def _silent_item(store: Session, by: Caller, term: Term) -> Item:
    """Say how many answers are missing."""
    tally = answers.count_answers(store, by, term.id).tally
    if not tally.silent:
        return Item(
            "ok",
            Words("Alla svar är inne", "All answers are in"),
            Words(f"{_written(tally.given).sv} svar.", f"{_written(tally.given).en} answers."),
            f"/terms/{term.code}/answers",
        )
    number = _written(tally.silent)
    return Item(
        "warn",
        Words(f"{number.sv} svar saknas", f"{number.en} answer{'s are' if tally.silent > 1 else ' is'} missing"),
        Words(
            "Tysta enheter är inte med. Svarar de senare kan en ny körning fylla på utan att flytta någon.",
            "Silent units are not in the plan. If they answer later, a new run can fill it without moving anybody.",
        ),
        f"/terms/{term.code}/answers?status=silent",
        "stand_silent",
        tally.silent,
    )


def _unplaced_item(run: Run, term: Term) -> Item:
    """Say how many have no place."""
    if not run.unplaced:
        return Item(
            "ok",
            Words("Alla har fått plats", "All have a place"),
            Words("Ingen är utan plats.", "Nobody is without one."),
        )
    number = _written(run.unplaced)
    return Item(
        "warn",
        Words(f"{number.sv} är utan plats", f"{number.en} {'are' if run.unplaced > 1 else 'is'} without a place"),
        Words(
            "De ställs i kö efter förtur och lott. Lärosätena ser skälet för var och en.",
            "They wait in order of priority and lot. The lärosäten see the reason of each.",
        ),
        f"/terms/{term.code}/unplaced?run={run.id}",
        "stand_unplaced",
        run.unplaced,
    )


def _figure_items(figures: Figures | None, term: Term) -> list[Item]:
    """Say how the floors of agreements and the journeys turn out."""
    if figures is None:
        return []
    short, many = _written(figures.short_weeks), _written(figures.short_agreements)
    items = [
        Item(
            "warn" if figures.short_weeks else "ok",
            Words("Avtalens golv nås inte", "The floors of agreements are not reached")
            if figures.short_weeks
            else Words("Avtalens golv", "The floors of agreements"),
            Words(
                f"{short.sv} studentveckor saknas till golvet i {many.sv} avtal. Det hindrar inte publiceringen.",
                f"{short.en} student-weeks are missing to the floor of {many.en} "
                f"agreement{'s' if figures.short_agreements != 1 else ''}. That does not stop the publication.",
            )
            if figures.short_weeks
            else Words("Alla golv är nådda.", "Every floor is reached."),
            f"/terms/{term.code}/agreements",
        )
    ]
    every = figures.everyone
    if every.median is not None:
        over = _written(every.over_an_hour)
        items.append(
            Item(
                "ok",
                Words("Resor", "Journeys"),
                Words(
                    f"Median {every.median} min, längst {every.longest} min, {over.sv} över en timme. "
                    "Ingen över studentens egen gräns.",
                    f"Median {every.median} min, longest {every.longest} min, {over.en} over an hour. "
                    "None beyond the student's own limit.",
                ),
            )
        )
    return items


def _written(number: int) -> Words:
    """Write a number as each language does."""
    return Words(*(say_number(number, language=language) for language in LANGUAGES))
