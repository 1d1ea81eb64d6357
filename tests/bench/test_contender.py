"""Every contender plans by the same rules; the independent check computes the cost of every plan."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from placement_solver.check import check
from placement_solver.columns import Columns
from placement_solver.documents import problem_document, problem_of, read_plan, write_problem
from placement_solver.problem import Supervision
from placement_solver.search.draft import NONE, Draft
from placement_solver.search.options import open_market
from placement_solver.search.teams import Teams
from tests.bench import race as racing
from tests.bench.contender import CONTENDERS, Task, cp_sat, first_come, highs, plan, random_order
from tests.bench.race import judge, race, watch
from tests.bench.timefold_task import carry_out, describe
from tests.solver.small import agreement, capacity, placed, problem, request

if TYPE_CHECKING:
    from pathlib import Path

    from placement_solver.problem import Problem
    from tests.bench.contender import Answer


def tight() -> Problem:
    """Make a term where Anna can use any week and Bo only the first two, which Anna takes if she is served first."""
    return problem_of(
        problem_document(
            problem(
                capacities=(capacity(places=(1, 1, 1, 1, 0, 0)),),
                requests=(
                    request(starts=(0, 2), supervision=Supervision(7.5)),
                    request("bo-1", starts=(0,), supervision=Supervision(7.5)),
                ),
                agreements=(agreement(min_student_weeks=4),),
            )
        )
    )


def task(folder: Path, contender: str, seed: int = 0) -> Task:
    return Task(contender, "", str(folder / "answer.json"), time.monotonic(), 10.0, seed)


def cost(answer: Answer) -> int:
    return judge(tight(), answer.placements)


def test_first_come_first_served_may_leave_the_next_request_unplaced(tmp_path: Path) -> None:
    answer = first_come(tight(), task(tmp_path, "first-come"))
    assert [(p.request, p.start) for p in answer.placements] == [("anna-1", 0)]


def test_the_lot_decides_who_comes_first(tmp_path: Path) -> None:
    costs = {cost(random_order(tight(), task(tmp_path, "random", seed))) for seed in range(8)}
    assert costs == {20, 10 + 1000 + 2 * 40}


@pytest.mark.parametrize("contender", [plan, cp_sat, highs])
def test_a_contender_that_proves_its_plan_finds_the_optimum(contender: type, tmp_path: Path) -> None:
    answer = contender(tight(), task(tmp_path, "any"))
    assert (cost(answer), answer.bound) == (20, 20)


def test_placement_reports_its_progress_and_writes_its_plan(tmp_path: Path) -> None:
    answer = plan(tight(), task(tmp_path, "placement"))
    assert answer.curve[-1][1:] == (20, 20, 0)
    assert read_plan((tmp_path / "answer.plan.json").read_text()).objective == 20


def test_the_local_search_peer_is_told_every_option_with_its_team() -> None:
    columns = Columns(tight())
    told = describe(Draft(open_market(columns), Teams(columns)))
    assert [len(asked["slots"]) for asked in told["requests"]] == [2, 1]
    assert {len(slot["teams"]) for slot in told["slots"].values()} == {1}
    assert json.loads(json.dumps(told))["need"] == [4]


def test_of_choices_that_exclude_each_other_the_first_is_taken() -> None:
    columns = Columns(tight())
    market = open_market(columns)
    draft = Draft(market, Teams(columns))
    first = market.slot[market.first[:-1]].tolist()
    carry_out(draft, [(first[0], 0), (first[1], 0)])
    assert (draft.row != NONE).tolist() == [True, False]
    carry_out(alone := Draft(market, Teams(columns)), [None, (first[1], 0)])
    assert np.flatnonzero(alone.row != NONE).tolist() == [1]


def test_a_plan_that_breaks_a_rule_is_refused() -> None:
    twice = (placed(by="karin"), placed("bo-1", by="karin"))
    assert check(tight(), twice) != ()
    with pytest.raises(SystemExit, match="no plan"):
        judge(tight(), twice)


def test_a_contender_is_measured_in_a_process_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "tight.json"
    file.write_text(write_problem(tight()))
    outcome = race("first-come", tight(), file, 10.0)
    assert (outcome.objective, outcome.unplaced, outcome.usage.ending) == (1090, 1, "answered")
    assert outcome.usage.mib > 10


def test_a_contender_that_fails_has_no_plan_but_an_error_message(tmp_path: Path) -> None:
    file = tmp_path / "tight.json"
    file.write_text("{}")
    outcome = race("first-come", tight(), file, 10.0)
    assert (outcome.objective, outcome.usage.ending.partition(":")[0]) == (None, "failed")


def test_a_contender_that_takes_too_long_is_killed_with_all_that_it_started() -> None:
    forever = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"
    assert watch([sys.executable, "-c", forever], 0.5).ending == "ended: no answer after 0 s"


def test_a_contender_that_takes_too_much_memory_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(racing, "MOST_MIB", 50)
    greedy = "import time; held = bytearray(b'x') * (200 << 20); time.sleep(600)"
    assert watch([sys.executable, "-c", greedy], 60).ending == "ended: more than 50 MiB"


def test_every_contender_has_a_name_of_its_own() -> None:
    assert len(set(CONTENDERS.values())) == len(CONTENDERS)


def test_the_time_of_a_task_is_never_up_before_it_has_begun(tmp_path: Path) -> None:
    late = replace(task(tmp_path, "any"), began=time.monotonic() - 100)
    assert late.remaining == 1.0
