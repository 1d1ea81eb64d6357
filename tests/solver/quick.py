"""Settings for tests of what does not depend on how long the search tries: a short climb and few idle rounds."""

from __future__ import annotations

from placement_solver.search.settings import RelaxationSettings, RoundSettings, SearchSettings

QUICK = SearchSettings(relaxation=RelaxationSettings(climb=40), rounds=RoundSettings(patience=3))
