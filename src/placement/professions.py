"""Professions: the name of each in Swedish and English."""

from __future__ import annotations

from placement_solver.words import Words

PROFESSIONS = {
    "audiologist": Words(sv="audionom", en="audiologist"),
    "biomedical_laboratory_scientist": Words(sv="biomedicinsk analytiker", en="biomedical laboratory scientist"),
    "midwife": Words(sv="barnmorska", en="midwife"),
    "nurse": Words(sv="sjuksköterska", en="nurse"),
    "occupational_therapist": Words(sv="arbetsterapeut", en="occupational therapist"),
    "physician": Words(sv="läkare", en="physician"),
    "physiotherapist": Words(sv="fysioterapeut", en="physiotherapist"),
    "psychologist": Words(sv="psykolog", en="psychologist"),
    "psychotherapist": Words(sv="psykoterapeut", en="psychotherapist"),
    "radiographer": Words(sv="röntgensjuksköterska", en="radiographer"),
    "social_worker": Words(sv="socionom", en="social worker"),
    "specialist_nurse": Words(sv="specialistsjuksköterska", en="specialist nurse"),
    "speech_therapist": Words(sv="logoped", en="speech therapist"),
}


def name_profession(profession: str) -> Words:
    """Return a profession's name, or its code where this table has no name for it."""
    return PROFESSIONS.get(profession, Words(profession, profession))
