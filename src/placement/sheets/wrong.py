"""Wrong: a cell that cannot be read exactly, and what is wrong with it in words."""

from __future__ import annotations

from placement_solver.words import Words


class WrongError(ValueError):
    """A cell that cannot be read exactly; ``words`` say what is wrong and, where that helps, the form wanted."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words
