"""Care: which professions each kind of unit teaches, and which kinds of units a hospital's clinics have."""

from __future__ import annotations

from dataclasses import dataclass

TEACHES: dict[str, dict[str, float]] = {
    "emergency": {"nurse": 3, "specialist_nurse": 1.5, "physician": 4},
    "ward-medicine": {"nurse": 3, "physician": 2.5, "physiotherapist": 0.5, "occupational_therapist": 0.3},
    "ward-surgery": {"nurse": 3, "physician": 2.5},
    "ward-orthopaedics": {"nurse": 3, "physician": 2, "physiotherapist": 0.8, "occupational_therapist": 0.4},
    "intensive-care": {"nurse": 1, "specialist_nurse": 3, "physician": 1},
    "operating-theatre": {"specialist_nurse": 4},
    "delivery": {"midwife": 5},
    "antenatal": {"midwife": 1},
    "postnatal": {"midwife": 3, "nurse": 1},
    "gynaecology": {"nurse": 1.5, "physician": 3, "midwife": 0.5},
    "paediatrics": {"nurse": 1.5, "specialist_nurse": 1.5, "physician": 3},
    "psychiatry": {
        "nurse": 3,
        "specialist_nurse": 1,
        "physician": 2,
        "psychologist": 0.6,
        "occupational_therapist": 0.4,
    },
    "psychiatry-clinic": {
        "nurse": 1.5,
        "specialist_nurse": 1,
        "physician": 1,
        "psychologist": 1,
        "social_worker": 0.5,
    },
    "child-psychiatry": {"psychologist": 1, "physician": 1},
    "geriatrics": {
        "nurse": 3,
        "specialist_nurse": 0.7,
        "physician": 1.5,
        "physiotherapist": 0.7,
        "occupational_therapist": 0.7,
    },
    "palliative": {"nurse": 2, "specialist_nurse": 0.7, "physician": 0.5},
    "primary-care": {"nurse": 1, "specialist_nurse": 0.8, "physician": 1, "physiotherapist": 0.3},
    "child-health": {"nurse": 0.5},
    "rehabilitation": {"physiotherapist": 2, "occupational_therapist": 1.2, "speech_therapist": 0.4},
    "elderly-care": {
        "nurse": 1.2,
        "specialist_nurse": 0.3,
        "physiotherapist": 0.2,
        "occupational_therapist": 0.3,
    },
    "home-care": {
        "nurse": 1.2,
        "specialist_nurse": 0.4,
        "physiotherapist": 0.2,
        "occupational_therapist": 0.4,
    },
    "disability-care": {"occupational_therapist": 0.4, "social_worker": 0.4},
    "school-health": {"specialist_nurse": 0.5, "psychologist": 0.3},
    "social-services": {"social_worker": 2},
    "social-work": {"social_worker": 1.5},
    "laboratory": {"biomedical_laboratory_scientist": 3},
    "radiology": {"radiographer": 3},
    "ophthalmology": {"physician": 1},
    "oncology": {"nurse": 2, "physician": 1.5},
    "ambulance": {"specialist_nurse": 2},
    "speech-therapy": {"speech_therapist": 2},
    "audiology": {"audiologist": 2},
}
"""Kind of unit → profession → how many of its students an ordinary unit takes, relative to the other kinds."""


@dataclass(frozen=True, slots=True)
class Clinic:
    """A type of clinic: how its department's name begins, its kinds of units, and its share of the hospital's beds."""

    named: str
    kinds: tuple[str, ...]
    beds: float


CLINICS = (
    Clinic("Akut", ("emergency",), 0.03),
    Clinic("Medicin", ("ward-medicine",), 0.22),
    Clinic("Kirurg", ("ward-surgery",), 0.15),
    Clinic("Ortoped", ("ward-orthopaedics",), 0.1),
    Clinic("Kvinnoklinik", ("gynaecology",), 0.05),
    Clinic("Barn", ("paediatrics",), 0.12),
    Clinic("Sachsska", ("paediatrics",), 0.12),
    Clinic("Anestesi", ("intensive-care",), 0.04),
    Clinic("Bild", ("radiology",), 0.06),
    Clinic("Rehabiliteringsmedicin", ("rehabilitation",), 0.04),
    Clinic("Neurologisk rehabilitering", ("rehabilitation",), 0.04),
    Clinic("Hjärt", ("ward-medicine",), 0.08),
    Clinic("Neurologiska", ("ward-medicine",), 0.05),
    Clinic("Infektion", ("ward-medicine",), 0.05),
    Clinic("Njur", ("ward-medicine",), 0.03),
    Clinic("Endokrin", ("ward-medicine",), 0.02),
    Clinic("Stroke", ("ward-medicine",), 0.05),
    Clinic("Urolog", ("ward-surgery",), 0.04),
    Clinic("Öron", ("ward-surgery",), 0.03),
    Clinic("Thorax", ("ward-surgery",), 0.04),
    Clinic("Onkolog", ("oncology", "ward-medicine"), 0.05),
    Clinic("Ögon", ("ophthalmology",), 0.02),
    Clinic("Logoped", ("speech-therapy",), 0.02),
    Clinic("Geriatrik", ("geriatrics",), 0.1),
    Clinic("Specialiserad palliativ", ("palliative",), 0.05),
    Clinic("Palliativ", ("palliative",), 0.05),
    Clinic("Psykiatri", ("psychiatry",), 0.05),
    Clinic("Äldreomsorg", ("elderly-care",), 0.05),
)
"""The types of clinic, matched in this order by how a department's name begins."""

BESIDE_THE_CLINICS = (
    ("Operation", ("operating-theatre",), 2),
    ("Laboratoriemedicin", ("laboratory",), 2),
    ("Fysioterapi och arbetsterapi", ("rehabilitation",), 1),
    ("Kuratorsmottagningen", ("social-work",), 1),
    ("Logopedmottagningen", ("speech-therapy",), 1),
    ("Hörselmottagningen", ("audiology",), 1),
)
"""What every emergency hospital of the county has besides its clinics: name, kinds, number of units."""

DELIVERY = {"KUS": 2, "KUH": 3, "DS": 4, "SOS": 3, "STS": 1, "SGS": 2}
"""The hospitals with delivery wards, and the number each is given (BB Stockholm belongs to DS)."""

ASSUMED_BEDS = {
    "KUS": 900,
    "KUH": 800,
    "SGS": 310,
    "STS": 180,
    "NTS": 110,
    "NUS": 500,
    "SUN": 320,
    "SVL": 280,
    "OSD": 260,
    "USL": 500,
    "VIN": 280,
    "RYH": 350,
    "KAL": 320,
}
"""Assumed beds of hospitals without a published figure; Karolinska's known sum is halved between its two hospitals."""

PSYCHIATRY = {
    "NSP": (9, 6),
    "PNV": (8, 8),
    "PSV": (7, 6),
    "PSS": (7, 6),
    "PST": (3, 3),
    "BCS": (5, 6),
    "WEM": (0, 5),
    "ALE": (0, 4),
    "PRI": (1, 5),
}
"""Psychiatric organisations: inpatient wards (the first two are known) and outpatient clinics."""
