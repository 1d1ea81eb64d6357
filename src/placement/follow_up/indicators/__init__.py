"""Indicators: the shares that are followed, each with its words, its source and its count; ``CATALOGUE`` has all."""

from placement.follow_up.indicators import endings, environment, placing, supervision
from placement.follow_up.indicators.base import EVERYWHERE, Count, Grouping, Indicator
from placement.follow_up.indicators.environment import DENSE_FROM

CATALOGUE: tuple[Indicator, ...] = (
    *placing.INDICATORS,
    *supervision.INDICATORS,
    *environment.INDICATORS,
    *endings.INDICATORS,
)
"""Every indicator, in the order in which they are shown."""

__all__ = ["CATALOGUE", "DENSE_FROM", "EVERYWHERE", "Count", "Grouping", "Indicator"]
