"""Drawn terms, solved by the complete search and compared with plain computations: how many keep every promise.

``python -m tests.bench.generated`` tries all 2,000; ``… 300`` tries 300 of them, evenly spread. The status is 1 if one
fails.
"""

from __future__ import annotations

import sys
import time

from tests.solver.promises import TINY, WIDER, all_terms, find_broken_promises


def main(count: int = TINY + WIDER) -> None:
    """Try ``count`` drawn terms and print each broken promise."""
    began = time.perf_counter()
    terms = all_terms()
    chosen = [terms[number * len(terms) // count] for number in range(count)]
    failed = 0
    for draw, number in chosen:
        broken = find_broken_promises(draw, number)
        failed += bool(broken)
        for each in broken:
            print(each, flush=True)
    print(f"{count - failed} of {count} drawn terms keep every promise ({time.perf_counter() - began:.0f} s)")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
