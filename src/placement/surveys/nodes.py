"""Nodes: the groups that figures can be shown for."""

from __future__ import annotations

from typing import NamedTuple

from placement.tables import FigureLevel

ALL = "county"


class Node(NamedTuple):
    """A group that figures can be shown for: its level and the id of what it is."""

    level: FigureLevel
    id: str


COUNTY = Node(FigureLevel.COUNTY, ALL)
