"""Hints: what a column of a list is for, as the one who fills in a sheet needs it."""

from __future__ import annotations

from placement_solver.words import Words

_YES_OR_NO = Words("Ja eller nej.", "Yes or no.")
_PROVIDER = Words("Huvudmannens namn.", "The provider's name.")
_UNIT = Words("HSA-id eller enhetens namn.", "The HSA id or the unit's name.")
_PROFESSION = Words("Ett av valen, till exempel sjuksköterska.", "One of the choices, such as nurse.")
_OWN_ID = Words("Ert eget id för raden, om ni har ett.", "Your own id of the row, if you have one.")
_ZONE = Words(
    "Bara där det finns en tabell med restider: området som resan räknas till eller från.",
    "Only where there is a table of travel times: the area that the journey is counted to or from.",
)
_SITE = Words(
    "Bara för utbildningar på flera orter: studieortens namn.", "Only for programmes at several sites: its name."
)

_HINTS: dict[str, Words] = {
    "actionPlanDoneOn": Words("Dagen då planen för omtaget blev klar.", "The day when the retake's plan was done."),
    "attempts": Words(
        "Så många gånger en student får försöka. Tomt: obegränsat.", "How often a student may try. Empty: no limit."
    ),
    "blockedUnits": Words(
        "Enheter där studenten inte får placeras, med komma emellan. Skälet anges inte.",
        "Units where the student must not be placed, with commas between. The reason is not given.",
    ),
    "code": Words(
        "Koden som lärosätet använder, eller kommunens fyrsiffriga kod.",
        "The code that the lärosäte uses, or the municipality's four digits.",
    ),
    "cohortId": Words(
        "Program/termin/namn, till exempel 1SJ24/VT2027/Termin 4.",
        "Programme/term/name, such as 1SJ24/VT2027/Termin 4.",
    ),
    "contactEmail": Words("En funktionsadress, inte en persons.", "The address of a function, not of a person."),
    "contactFunction": Words(
        "Den funktion som studenterna vänder sig till, inte en person.",
        "The function that students turn to, not a person.",
    ),
    "contactPhone": Words("Skriv numret i grupper: 070-174 06 05.", "Write the number in groups: 070-174 06 05."),
    "courseId": Words("Kursens kod.", "The course's code."),
    "currency": Words("Tomt: SEK.", "Empty: SEK."),
    "decentralised": Words(
        "Ja, om studenterna hör till olika studieorter.", "Yes, if the students belong to different sites."
    ),
    "declineReason": Words("Bara när svaret är nej: ett av valen.", "Only where the answer is no: one of the choices."),
    "destination": _ZONE,
    "distinctUnits": Words(
        "Ja, om studentens placeringar ska vara på olika enheter.",
        "Yes, if the student's placements are to be at different units.",
    ),
    "excludedFromAgreement": Words(
        "Ja, om huvudmannens avtal inte gäller för enheten.",
        "Yes, if the provider's agreements do not hold for the unit.",
    ),
    "externalId": _OWN_ID,
    "firstWeek": Words("Den första veckan.", "The first week."),
    "fundedById": Words(
        "Den region eller kommun som betalar för vården.", "The region or municipality that pays for the care."
    ),
    "hoursPerWeek": Words("Tomt: 40.", "Empty: 40."),
    "hsaId": Words(
        "Enhetens id i HSA-katalogen, till exempel SE2321000016-1A2B.",
        "The unit's id in the HSA directory, such as SE2321000016-1A2B.",
    ),
    "id": Words("Vårt id. Låt det stå som det är.", "Our id. Leave it as it is."),
    "inCounty": _YES_OR_NO,
    "institutionId": Words("Lärosätets kod eller namn.", "The lärosäte's code or name."),
    "institutions": Words(
        "De lärosäten som platserna är till för, med komma emellan. Tomt: alla.",
        "The lärosäten that the places are for, with commas between. Empty: all.",
    ),
    "kind": Words("Ett av valen.", "One of the choices."),
    "kinds": Words("Ett eller flera av valen, med komma emellan.", "One or more of the choices, with commas between."),
    "lastWeek": Words("Den sista veckan.", "The last week."),
    "lat": Words("Grader nord, till exempel 59,33.", "Degrees north, such as 59.33."),
    "lon": Words("Grader öst, till exempel 18,07.", "Degrees east, such as 18.07."),
    "maxStudentWeeks": Words(
        "Avtalets tak under terminen. Tomt: inget tak.", "The agreement's ceiling in the term. Empty: none."
    ),
    "maxStudents": Words("Samtidigt. Tomt: ingen gräns.", "At a time. Empty: no limit."),
    "maxTravel": Words(
        "I minuter, enkel resa. Tomt: terminens gräns.", "In minutes, one way. Empty: the term's limit."
    ),
    "minStudentWeeks": Words(
        "Avtalets golv under terminen. Tomt: inget golv.", "The agreement's floor in the term. Empty: none."
    ),
    "minutes": Words("I minuter, enkel resa.", "In minutes, one way."),
    "municipalityCode": Words("Kommunens namn eller fyrsiffriga kod.", "The municipality's name or its four digits."),
    "name": Words("Så som användarna ska läsa det. Ingen persons namn.", "As users are to read it. No person's name."),
    "nameEn": Words("Namnet på engelska.", "The name in English."),
    "nameSv": Words("Namnet på svenska.", "The name in Swedish."),
    "noticeGivenOn": Words("Dagen då avtalet sades upp.", "The day when notice was given."),
    "operatorId": Words(
        "Den som driver enheten, om det inte är huvudmannen.", "Who runs the unit, if not the provider."
    ),
    "origin": _ZONE,
    "population": Words("Antal invånare.", "The number of inhabitants."),
    "partnerId": Words(
        "Pseudonymen för den student som ska till samma ort. Båda anger varandra och har samma rangordning.",
        "The pseudonym of the student to go to the same site. Both name each other and rank alike.",
    ),
    "preferences": Words(
        "Enheter i den ordning studenten önskar dem, med komma emellan.",
        "Units in the order of the student's wishes, with commas between.",
    ),
    "noticeMonths": Words(
        "Hela månader. Tom: mallens i ett nytt avtal, och oförändrad i ett som redan finns.",
        "Whole months. Empty: the template's in a new agreement, and unchanged in one that is there.",
    ),
    "priceOre": Words("I öre: 2 500 kr skrivs 250000.", "In öre: SEK 2,500 is written 250000."),
    "priorityClass": Words("0 är vanlig; ett högre tal går före.", "0 is ordinary; a higher number goes first."),
    "profession": _PROFESSION,
    "professions": Words(
        "Ett eller flera av valen, med komma emellan.", "One or more of the choices, with commas between."
    ),
    "programmeId": Words("Programmets kod.", "The programme's code."),
    "programmeTerm": Words(
        "Den termin i programmet som kursen hör till, till exempel 4.",
        "The term of the programme that the course belongs to, such as 4.",
    ),
    "providerId": _PROVIDER,
    "providerKind": Words("Bara för huvudmän: ett av valen.", "Only for providers: one of the choices."),
    "reason": Words("Ett av valen.", "One of the choices."),
    "retakeOf": Words(
        "Id för den begäran vars placering underkändes.", "The id of the request whose placement was failed."
    ),
    "role": Words("Ett av valen.", "One of the choices."),
    "sequence": Words("Kursens ordning bland studentens kurser.", "The course's order among the student's courses."),
    "sharePercent": Words("Till exempel 30 för 30 %.", "Such as 30 for 30 %."),
    "priorityRank": Words(
        "Rangen för den förtursklass som begärs. Skälet anges inte. Tomt: ingen.",
        "The rank of the priority class that is claimed. The reason is not given. Empty: none.",
    ),
    "ranking": Words(
        "Alla studieorter med komma emellan, den bästa först.", "All sites with commas between, the best first."
    ),
    "roundId": Words(
        "Kullens program/termin/namn, till exempel LAK/VT2027/Termin 4.",
        "The cohort's programme/term/name, such as LAK/VT2027/Termin 4.",
    ),
    "siteId": _SITE,
    "size": Words("Så många studenter som väntas.", "How many students are expected."),
    "starts": Words(
        "De veckor då kursen får börja, med komma emellan: v. 5, v. 10.",
        "The weeks in which the course may start, with commas between: v. 5, v. 10.",
    ),
    "status": Words(
        "Ett av valen. Tomt: det som raden i övrigt visar.", "One of the choices. Empty: what the row shows otherwise."
    ),
    "studentId": Words("Studentens pseudonym hos lärosätet.", "The student's pseudonym at the lärosäte."),
    "supervisionCredits": Words(
        "Den handledarutbildning som krävs, i hp. Tomt: ingen.",
        "The training that the supervisor needs, in credits (hp). Empty: none.",
    ),
    "studentAnswer": Words(
        "Om studenten har svarat att den kommer, där terminen frågar; ändras inte här.",
        "Whether the student has answered that they come, where the term asks; not changed here.",
    ),
    "supervisorId": Words(
        "Handledarens id; i ett lärosätes blad bara om en handledare är namngiven.",
        "The supervisor's id; in a lärosäte's sheet only whether a supervisor is named.",
    ),
    "teachesInPairs": Words(
        "Ja, om studenterna ska vara ett jämnt antal på enheten, så att alla har någon att bilda par med.",
        "Yes, if the students should be an even number at the unit, so that each has somebody to pair with.",
    ),
    "termId": Words("Terminens kod, till exempel VT2027.", "The term's code, such as VT2027."),
    "training.completedOn": Words("Dagen då utbildningen blev klar.", "The day when the training was completed."),
    "training.course": Words("Utbildningens namn.", "The name of the training."),
    "training.credits": Words("Utbildningens omfattning i hp.", "The size of the training in credits (hp)."),
    "training.expiresOn": Words(
        "Sista dagen som utbildningen gäller. Tomt: tills vidare.",
        "The last day on which the training counts. Empty: for good.",
    ),
    "unitId": _UNIT,
    "unitName": Words("Enhetens namn, som stöd för läsaren.", "The unit's name, as a help to the reader."),
    "unitRule": Words(
        "Ett av valen. ”Samma enhet som tidigare” noteras bara: planeringen följer det inte.",
        "One of the choices. “Same unit” is only noted: planning does not follow it.",
    ),
    "units": Words(
        "De enheter som avtalet gäller, med komma emellan. Tomt: alla.",
        "The units that the agreement covers, with commas between. Empty: all.",
    ),
    "universityHealthcare": Words(
        "Ja, om det är eller måste vara universitetssjukvård.", "Yes, if it is or must be university healthcare."
    ),
    "validFrom": Words("Första dagen.", "The first day."),
    "validTo": Words("Sista dagen. Tomt: tills vidare.", "The last day. Empty: until further notice."),
    "weeks": Words("Antal veckor.", "The number of weeks."),
    "weeksDone": Words(
        "Så många veckor som genomfördes, när placeringen är över. Tomt: alla.",
        "How many weeks were done, once the placement is over. Empty: all.",
    ),
    "zone": _ZONE,
}
_IN_LIST: dict[tuple[str, str], Words] = {
    ("agreements", "professions"): Words("Med komma emellan. Tomt: alla.", "With commas between. Empty: all."),
    ("organisations", "externalId"): Words(
        "Organisationsnumret, till exempel 212000-0167.", "The organisation number, such as 212000-0167."
    ),
    ("students", "externalId"): Words(
        "Lärosätets pseudonym. Inget namn och inget personnummer.",
        "The lärosäte's pseudonym. No name and no identity number.",
    ),
    ("supervisors", "weeks"): Words(
        "Veckor i tjänst, med komma emellan. Tomt: alla.", "Weeks on duty, with commas between. Empty: all."
    ),
}
"""Where a column means something else in one list, or is filled in in another way."""


def hint_of(listed: str, column: str) -> Words | None:
    """Return the hint of a list's column, which in a group is called ``group.column``; None for a column of a week."""
    return _IN_LIST.get((listed, column)) or _HINTS.get(column)
