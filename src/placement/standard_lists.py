"""Standard lists: the professions and the kinds of units that every database begins with; a coordinator may add more.

The database has the lists that hold. These are for what is read without one, such as a plan in a file.
"""

from __future__ import annotations

from placement_solver.words import Words

PROFESSIONS = {
    "assistant_nurse": Words(sv="undersköterska", en="assistant nurse"),
    "audiologist": Words(sv="audionom", en="audiologist"),
    "biomedical_laboratory_scientist": Words(sv="biomedicinsk analytiker", en="biomedical laboratory scientist"),
    "dental_hygienist": Words(sv="tandhygienist", en="dental hygienist"),
    "dentist": Words(sv="tandläkare", en="dentist"),
    "dietitian": Words(sv="dietist", en="dietitian"),
    "midwife": Words(sv="barnmorska", en="midwife"),
    "nurse": Words(sv="sjuksköterska", en="nurse"),
    "occupational_therapist": Words(sv="arbetsterapeut", en="occupational therapist"),
    "optometrist": Words(sv="optiker", en="optometrist"),
    "pharmacist": Words(sv="apotekare", en="pharmacist"),
    "physician": Words(sv="läkare", en="physician"),
    "physiotherapist": Words(sv="fysioterapeut", en="physiotherapist"),
    "psychologist": Words(sv="psykolog", en="psychologist"),
    "psychotherapist": Words(sv="psykoterapeut", en="psychotherapist"),
    "radiographer": Words(sv="röntgensjuksköterska", en="radiographer"),
    "social_worker": Words(sv="socionom", en="social worker"),
    "specialist_nurse": Words(sv="specialistsjuksköterska", en="specialist nurse"),
    "speech_therapist": Words(sv="logoped", en="speech therapist"),
}

SHORT_PROFESSIONS = {
    "BM": "midwife",
    "BMA": "biomedical_laboratory_scientist",
    "FT": "physiotherapist",
    "LÄK": "physician",
    "sjukgymnast": "physiotherapist",
    "SSK": "nurse",
    "USK": "assistant_nurse",
}
"""What health care writes for a profession, and means no other by."""

PERHAPS_PROFESSIONS = {"AT": "occupational_therapist", "spec-ssk": "specialist_nurse"}
"""What may be short for a profession, and is asked about: AT is also what a physician in training is called."""

UNIT_KINDS = {
    "addiction-care": Words(sv="beroendevård", en="addiction care"),
    "ambulance": Words(sv="ambulanssjukvård", en="ambulance service"),
    "antenatal": Words(sv="mödrahälsovård", en="antenatal care"),
    "audiology": Words(sv="hörselvård", en="audiology"),
    "child-health": Words(sv="barnhälsovård", en="child health care"),
    "child-psychiatry": Words(sv="barn- och ungdomspsykiatri", en="child and adolescent psychiatry"),
    "delivery": Words(sv="förlossning", en="delivery ward"),
    "dental-care": Words(sv="tandvård", en="dental care"),
    "disability-care": Words(sv="funktionshinderomsorg", en="disability care"),
    "elderly-care": Words(sv="äldreomsorg", en="elderly care"),
    "emergency": Words(sv="akutmottagning", en="emergency department"),
    "geriatrics": Words(sv="geriatrik", en="geriatrics"),
    "gynaecology": Words(sv="gynekologi", en="gynaecology"),
    "habilitation": Words(sv="habilitering", en="habilitation"),
    "home-care": Words(sv="hemsjukvård", en="home care"),
    "intensive-care": Words(sv="intensivvård", en="intensive care"),
    "laboratory": Words(sv="laboratoriemedicin", en="laboratory medicine"),
    "oncology": Words(sv="onkologi", en="oncology"),
    "operating-theatre": Words(sv="operation och anestesi", en="operating theatre"),
    "ophthalmology": Words(sv="ögonsjukvård", en="ophthalmology"),
    "paediatrics": Words(sv="barnsjukvård", en="paediatrics"),
    "palliative": Words(sv="palliativ vård", en="palliative care"),
    "postnatal": Words(sv="eftervård", en="postnatal care"),
    "primary-care": Words(sv="primärvård", en="primary care"),
    "psychiatry": Words(sv="psykiatri", en="psychiatry"),
    "psychiatry-clinic": Words(sv="psykiatrisk öppenvård", en="psychiatric outpatient clinic"),
    "radiology": Words(sv="radiologi", en="radiology"),
    "rehabilitation": Words(sv="rehabilitering", en="rehabilitation"),
    "school-health": Words(sv="elevhälsa", en="school health care"),
    "social-services": Words(sv="socialtjänst", en="social services"),
    "social-work": Words(sv="socialt arbete i vården", en="social work in health care"),
    "specialist-clinic": Words(sv="specialistmottagning", en="specialist outpatient clinic"),
    "speech-therapy": Words(sv="logopedi", en="speech therapy"),
    "ward": Words(sv="vårdavdelning", en="ward"),
    "ward-medicine": Words(sv="medicinavdelning", en="medical ward"),
    "ward-orthopaedics": Words(sv="ortopedavdelning", en="orthopaedic ward"),
    "ward-surgery": Words(sv="kirurgavdelning", en="surgical ward"),
    "youth-clinic": Words(sv="ungdomsmottagning", en="youth clinic"),
}

SHORT_UNIT_KINDS = {
    "akuten": "emergency",
    "barnavårdscentral": "child-health",
    "barnmorskemottagning": "antenatal",
    "BB": "postnatal",
    "BUP": "child-psychiatry",
    "BVC": "child-health",
    "husläkarmottagning": "primary-care",
    "IVA": "intensive-care",
    "LSS": "disability-care",
    "MVC": "antenatal",
    "mödravårdscentral": "antenatal",
    "SÄBO": "elderly-care",
    "särskilt boende": "elderly-care",
    "vård- och omsorgsboende": "elderly-care",
    "vårdcentral": "primary-care",
    "vårdcentraler": "primary-care",
    "äldreboende": "elderly-care",
}
"""What health care writes for a kind of unit, and means no other by."""

PERHAPS_UNIT_KINDS = {"ASIH": "palliative", "avdelning": "ward", "hemtjänst": "elderly-care"}
"""What may be short for a kind of unit, and is asked about."""


def name_profession(profession: str) -> Words:
    """Return a profession's names, or its code where the standard list has none for it."""
    return PROFESSIONS.get(profession, Words(profession, profession))
