"""Comparisons: what a drawn round gave beside the optimum by wishes alone, so that the rule can be judged."""

from __future__ import annotations

from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.errors import ConflictError, UnavailableError
from placement.site_choice.measuring import quotas_as, quotas_of
from placement.site_choice.rounds import own_round
from placement.store.access import COORDINATORS, allow
from placement.store.protection import alone
from placement.tables import SiteTurn
from placement_solver.site_choice.optimum import Comparison, NotProvenError, compare
from placement_solver.site_choice.quotas import scale
from placement_solver.site_choice.turns import Entrant, Turn


def compare_round(session: Session, by: Caller, round_id: str) -> Comparison:
    """Compare a drawn round with its optimum by wishes, as both were on the day of the draw.

    Raises:
        ConflictError: the round has not been drawn.
        UnavailableError: the optimum could not be proven in time.

    """
    allow(by, COORDINATORS)
    row = own_round(session, by, round_id)
    query = select(SiteTurn).where(col(SiteTurn.round_id) == row.id, ~col(SiteTurn.late))
    drawn = session.exec(query.order_by(col(SiteTurn.place), col(SiteTurn.number)))
    turns = [alone(session, turn) for turn in drawn]
    if not turns:
        raise ConflictError(
            sv="Studieortsvalet är inte lottat, så det finns inget att jämföra.",
            en="The site round has not been drawn, so there is nothing to compare.",
        )
    entrants = [Entrant(turn.student_id, turn.number, tuple(turn.ranking), partner=turn.partner_id) for turn in turns]
    taken = [Turn(turn.place, turn.student_id, turn.site_id, turn.rank, (), (), (), apart=turn.apart) for turn in turns]
    rooms = scale(quotas_as(quotas_of(session, [row.id])[row.id]), len(turns))
    try:
        return compare(entrants, taken, rooms)
    except NotProvenError as error:
        raise UnavailableError(
            sv="Det bästa utfallet kunde inte bevisas i tid. Försök igen.",
            en="The optimum could not be proven in time. Try again.",
        ) from error
