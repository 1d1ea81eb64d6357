"""Parts: what the reference data consists of, where each part comes from, and which parts it builds on."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from placement.vocabulary import Named
from placement_solver.words import Words


class Part(Named):
    """A part of the reference data, to be taken or left."""

    MUNICIPALITIES = "municipalities", "kommuner", "municipalities"
    INSTITUTIONS = "institutions", "lärosäten och studieorter", "lärosäten and their studieorter"
    PROVIDERS = "providers", "huvudmän och utförare", "providers"
    HOSPITALS = "hospitals", "sjukhus och mottagningar", "hospitals and clinics"
    PROGRAMMES = "programmes", "program", "programmes"
    COURSES = "courses", "kurser", "courses"
    SURVEYS = "surveys", "enkäter", "surveys"


SOURCES = {
    Part.MUNICIPALITIES: Words("SCB; kartpunkter från GeoNames (CC BY 4.0)", "SCB; points from GeoNames (CC BY 4.0)"),
    Part.INSTITUTIONS: Words("lärosätenas egna webbsidor", "the lärosäten's own pages"),
    Part.PROVIDERS: Words(
        "SCB, Socialstyrelsens sjukhuskoder, Vårdgivarguiden och utförarnas egna webbsidor",
        "SCB, Socialstyrelsen's hospital codes, Vårdgivarguiden and the providers' own pages",
    ),
    Part.HOSPITALS: Words(
        "Socialstyrelsens sjukhuskoder, Vårdgivarguiden och verksamheternas egna webbsidor",
        "Socialstyrelsen's hospital codes, Vårdgivarguiden and the hospitals' own pages",
    ),
    Part.PROGRAMMES: Words("utbildningsplaner och lärosätenas webbsidor", "programme syllabuses and lärosäten's pages"),
    Part.COURSES: Words("kursplaner och behörighetskrav", "course syllabuses and eligibility rules"),
    Part.SURVEYS: Words(
        "egna frågor om det som studenter och kommuner har sagt är viktigt",
        "own questions about what students and municipalities have said matters",
    ),
}
"""Where the rows of each part come from, in brief; each row also has a source of its own."""

CAUTIONS = {
    Part.MUNICIPALITIES: Words(
        "Utanför länet är invånarantalen ungefärliga.", "Outside the county, populations are approximate."
    ),
    Part.HOSPITALS: Words(
        "Ett sjukhus är en enhet, med den vård som brukar finnas på ett sådant sjukhus: dela upp det i avdelningar. "
        "De flesta kartpunkter är ungefärliga.",
        "A hospital is one unit, with the care that such a hospital usually has: divide it into wards. "
        "Most points on the map are approximate.",
    ),
    Part.PROGRAMMES: Words(
        "Ett program utan publicerad kod har fått en egen: ändra den till lärosätets.",
        "A programme without a published code has been given one: change it to that of the lärosäte.",
    ),
    Part.COURSES: Words(
        "Kurserna har inga startveckor än, och övriga kurser lägger lärosätena upp.",
        "The courses have no start weeks yet, and the lärosäten set up the others.",
    ),
}
"""What whoever takes a part should look over."""

_BUILDS_ON = {
    Part.MUNICIPALITIES: (),
    Part.INSTITUTIONS: (Part.MUNICIPALITIES,),
    Part.PROVIDERS: (Part.MUNICIPALITIES,),
    Part.HOSPITALS: (Part.MUNICIPALITIES, Part.INSTITUTIONS, Part.PROVIDERS),
    Part.PROGRAMMES: (Part.MUNICIPALITIES, Part.INSTITUTIONS),
    Part.COURSES: (Part.MUNICIPALITIES, Part.INSTITUTIONS, Part.PROGRAMMES),
    Part.SURVEYS: (),
}


def complete(wanted: Iterable[Part], left: Collection[Part]) -> list[Part]:
    """Return the parts that are wanted with those that they build on, except the ones that are left, in order."""
    with_others = {other for part in wanted for other in (part, *_BUILDS_ON[part])}
    return [part for part in Part if part in with_others and part not in left]
