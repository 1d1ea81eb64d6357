"""HiGHS in a process of its own: it can neither be interrupted nor bounded in memory, a process can be ended.

``python -m placement_solver.search.highs`` reads on stdin the size of a model and the seconds it may take (one line),
then the model as MathOpt's document; it answers on stdout with one line of JSON. When stdin closes, whoever asked is
gone and it ends at once.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import threading
from typing import Any

from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt


def main() -> None:
    """Solve the one model that stdin brings."""
    size, seconds = sys.stdin.buffer.readline().split()
    proto = model_pb2.ModelProto.FromString(sys.stdin.buffer.read(int(size)))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    answer = mathopt.solve(
        mathopt.Model.from_model_proto(proto),
        mathopt.SolverType.HIGHS,
        params=mathopt.SolveParameters(time_limit=dt.timedelta(seconds=float(seconds)), relative_gap_tolerance=0.0),
    )
    sys.stdout.write(json.dumps(_told(answer)) + "\n")
    sys.stdout.flush()
    os._exit(0)  # HiGHS's own threads abort a process that ends in the ordinary way


def _told(answer: Any) -> dict[str, Any]:  # noqa: ANN401  (MathOpt comes without types)
    """Put an answer into words: how it ended, the variables that are not 0, the bound."""
    values = answer.variable_values().items() if answer.has_primal_feasible_solution() else ()
    return {
        "reason": answer.termination.reason.name,
        "values": {str(variable.id): round(value) for variable, value in values if round(value)},
        "found": answer.has_primal_feasible_solution(),
        "bound": answer.termination.objective_bounds.dual_bound,
    }


def _end_with_parent() -> None:
    """End when there is nobody left to answer."""
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()
