"""Every corner of Sweden is in Sweden, and the neighbours' towns are not."""

from __future__ import annotations

import pytest

from placement.reference.facts import care_places, municipalities
from placement.sweden import is_in_sweden

CORNERS = {
    "Treriksröset": (69.06, 20.55),
    "Karesuando": (68.44, 22.48),
    "Haparanda": (65.84, 24.14),
    "Holmön": (63.79, 20.86),
    "Grisslehamn": (60.10, 18.81),
    "Svenska Högarna": (59.44, 19.51),
    "Fårö": (57.96, 19.35),
    "Gotska Sandön": (58.36, 19.20),
    "Hoburgen": (56.92, 18.12),
    "Ölands södra udde": (56.20, 16.40),
    "Utklippan": (55.95, 15.70),
    "Sandhammaren": (55.38, 14.20),
    "Smygehuk": (55.34, 13.36),
    "Falsterbo": (55.38, 12.82),
    "Malmö": (55.61, 13.00),
    "Ven": (55.91, 12.69),
    "Helsingborg": (56.05, 12.69),
    "Kullen": (56.30, 12.45),
    "Vinga": (57.63, 11.60),
    "Koster": (58.90, 11.01),
    "Strömstad": (58.94, 11.17),
    "Årjäng": (59.39, 12.13),
    "Idre": (61.86, 12.72),
    "Storlien": (63.32, 12.10),
    "Hemavan": (65.82, 15.09),
    "Ritsem": (67.72, 17.47),
    "Riksgränsen": (68.43, 18.13),
}
ABROAD = {
    "Oslo": (59.91, 10.75),
    "Kongsvinger": (60.19, 12.00),
    "Trysil": (61.31, 12.27),
    "Røros": (62.57, 11.38),
    "Mo i Rana": (66.31, 14.14),
    "Narvik": (68.44, 17.43),
    "Kemi": (65.74, 24.56),
    "Vasa": (63.10, 21.62),
    "Helsingfors": (60.17, 24.94),
    "Åbo": (60.45, 22.27),
    "Mariehamn": (60.10, 19.94),
    "Rønne": (55.10, 14.70),
    "København": (55.68, 12.57),
    "Helsingør": (56.03, 12.59),
    "Gdańsk": (54.35, 18.65),
    "nowhere": (0.0, 0.0),
    "the south": (-59.33, 18.07),
}

OVER_THE_BORDER = {
    "Halden": (59.13, 11.39),
    "Ørje": (59.48, 11.65),
    "Skotterud": (59.98, 12.12),
    "Kilpisjärvi": (69.05, 20.79),
    "Muonio": (67.95, 23.68),
    "Pello": (66.78, 23.97),
    "Tornio": (65.85, 24.15),
}


@pytest.mark.parametrize("place", OVER_THE_BORDER)
def test_a_town_just_over_the_border_is_taken_for_sweden(place: str) -> None:
    assert is_in_sweden(*OVER_THE_BORDER[place])


@pytest.mark.parametrize("place", CORNERS)
def test_every_corner_of_sweden_is_in_sweden(place: str) -> None:
    lat, lon = CORNERS[place]
    assert is_in_sweden(lat, lon)
    assert not is_in_sweden(lon, lat)


def test_everything_in_the_reference_data_is_in_sweden() -> None:
    points = [(place.name, place.lat, place.lon) for place in municipalities()]
    points += [(place.name, place.lat, place.lon) for place in care_places()]
    assert [name for name, lat, lon in points if not is_in_sweden(lat, lon)] == []


@pytest.mark.parametrize("place", ABROAD)
def test_a_place_abroad_is_not(place: str) -> None:
    assert not is_in_sweden(*ABROAD[place])
