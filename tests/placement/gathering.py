"""The small world that tests of gathering change row by row before it becomes a problem."""

from __future__ import annotations

from typing import TypeVar

from sqlmodel import Session

from placement.callers import SYSTEM
from placement.planning.gather import gather
from placement.tables import (
    BlockedUnit,
    LedgerEntry,
    Pin,
    Placement,
    Row,
    RunMode,
    StatementLine,
    SurveyInvitation,
    SwapSide,
    Unit,
)
from placement_solver.problem import Problem
from tests.rows import WEEK, small_world

T = TypeVar("T", bound=Row)
FIRST_DAY = WEEK.monday()
LAST_DAY = WEEK.plus(19).sunday()


class World:
    """The small world with a county student at a county unit, to be changed row by row before it is gathered."""

    def __init__(self, session: Session) -> None:
        self.session = session
        left_out = BlockedUnit | LedgerEntry | Pin | Placement | StatementLine | SurveyInvitation | SwapSide
        self.rows = [row for row in small_world() if not isinstance(row, left_out)]
        self.unit = self.one(Unit)
        self.unit.site_id = None

    def one(self, table: type[T]) -> T:
        return next(row for row in self.rows if isinstance(row, table))

    def gathered(self, *more: Row, mode: RunMode = RunMode.PLAN) -> Problem:
        self.session.add_all([*self.rows, *more])
        self.session.flush()
        return gather(self.session, SYSTEM, "trm_a", mode)
