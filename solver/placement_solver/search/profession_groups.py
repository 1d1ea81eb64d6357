"""Groups: the requests of one profession who are linked by units that are open to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from placement_solver.arrays import Ints
    from placement_solver.search.options import Market


def groups_of(market: Market) -> Ints:
    """Return the group of each request: those of one profession who are linked by units that are open to them.

    A request that no unit is open to is in whichever group: it changes nothing there.
    """
    profession = market.columns.request_profession.astype(np.int64)
    professions = int(profession.max(initial=-1)) + 1
    request = market.request
    place = market.slots.unit[market.slot].astype(np.int64) * professions + profession[request]
    told = np.zeros(len(place), dtype=np.bool_)  # by the option before
    told[1:] = (request[1:] == request[:-1]) & (place[1:] == place[:-1])
    request, place = request[~told], place[~told]
    label = np.arange(len(profession))
    before = np.full(len(profession), -1)
    while (label != before).any():
        before = label.copy()
        of_place = np.full(int(place.max(initial=-1)) + 1, len(profession))
        np.minimum.at(of_place, place, label[request])
        np.minimum.at(label, request, of_place[place])
    has_options = np.zeros(len(profession), dtype=np.bool_)
    has_options[request] = True
    group = np.zeros(len(profession), dtype=np.int64)
    group[has_options] = np.unique(label[has_options], return_inverse=True)[1]
    return group
