"""The report document, field by field: the meaning of each figure."""

from __future__ import annotations

from typing import get_args

from placement_solver import report as told
from placement_solver.documents.plan_shape import LARGEST
from placement_solver.documents.problem_shape import FARTHEST_WEEK
from placement_solver.documents.shapes import Fingerprint, Number, OneOf, Text, Whole
from placement_solver.documents.structures import Field, ListOf, OrNull, Record
from placement_solver.problem import PROVIDER_KINDS
from placement_solver.report import FORMAT

_id = Text()
_count = Whole(0, LARGEST)
_value = Whole(-LARGEST - 1, LARGEST)
_minutes = Whole(0, LARGEST)
_share = Number(0, 1)
_use = Number(0, LARGEST)
_price = Number(0, LARGEST)
_week = Whole(0, FARTHEST_WEEK)

journeys = Record(
    told.Journeys,
    "Minutes one way. A percentile is by nearest rank: the lowest value that this share of the journeys do not exceed.",
    {
        "median": Field(_minutes, "The 50th percentile."),
        "ninetieth": Field(_minutes, "The 90th percentile."),
        "longest": Field(_minutes, "The longest journey."),
        "over_hour": Field(_share, "The share of the journeys that take more than 60 minutes."),
    },
)

wishes = Record(
    told.Wishes,
    "The requests that name preferred units. An unplaced request has no preference met.",
    {
        "requests": Field(_count, "How many requests name units."),
        "first": Field(_share, "The share placed at the first of their units."),
        "any": Field(_share, "The share placed at any of their units, including the first."),
    },
)

group = Record(
    told.Group,
    "The outcome for a group of students.",
    {
        "name": Field(
            OrNull(_id), "The lärosäte or the home; null for all students, and for students whose home is not known."
        ),
        "requests": Field(_count, "How many requests the group has."),
        "placed": Field(_count, "How many of them are placed."),
        "placed_share": Field(_share, "placed / requests; 0 where there are none."),
        "journeys": Field(OrNull(journeys), "The journeys of the placed students; null where none is placed."),
        "wishes": Field(OrNull(wishes), "The preferences met; null where no request has any."),
    },
)

programme = Record(
    told.Programme,
    "A lärosäte's requests in one profession.",
    {
        "institution": Field(_id, "The lärosäte."),
        "profession": Field(_id, "The profession."),
        "placed": Field(_count, "How many are placed."),
        "unplaced": Field(_count, "How many are not."),
    },
)

evenness = Record(
    told.Evenness,
    "How evenly a figure is spread over groups.",
    {
        "figure": Field(
            OneOf(*get_args(told.Figure)),
            "placed: the share placed; first_wish: the share with the first wish; median_journey: the median minutes.",
        ),
        "by": Field(OneOf(*get_args(told.GroupedBy)), "Whether the groups are lärosäten or homes."),
        "jain": Field(_share, "Jain's index (Σx)² / (n Σx²): 1 is even, 1/n is all with one of n groups."),
        "worst": Field(
            OrNull(_id), "The group with the worst figure; null where that is the students whose home is not known."
        ),
    },
)

provider = Record(
    told.ProviderFigures,
    "What a provider's units offer, and what is placed there.",
    {
        "provider": Field(_id, "The provider."),
        "kind": Field(OneOf(*PROVIDER_KINDS), "The kind of provider."),
        "offered": Field(
            _count,
            "Student-weeks offered: places week by week, those reserved within a wider offer not counted again, no more"
            " than the unit's ceiling, less what other terms have taken.",
        ),
        "placed": Field(_count, "Student-weeks placed."),
        "used": Field(OrNull(_use), "placed / offered; null where nothing is offered."),
    },
)

municipal = Record(
    told.MunicipalFigures,
    "The municipalities' shares.",
    {
        "offered_share": Field(OrNull(_share), "Their share of all student-weeks offered; null where there are none."),
        "placed_share": Field(OrNull(_share), "Their share of all student-weeks placed; null where there are none."),
    },
)

agreement = Record(
    told.AgreementFigures,
    "An agreement's student-weeks compared with its floor and ceiling.",
    {
        "agreement": Field(_id, "The agreement."),
        "institution": Field(_id, "Its lärosäte."),
        "provider": Field(_id, "Its provider."),
        "student_weeks": Field(
            _count, "The student-weeks that it covers, with those that other terms have in the term's weeks."
        ),
        "floor": Field(_count, "The fewest student-weeks it should have."),
        "ceiling": Field(OrNull(_count), "The most student-weeks it may have, or null."),
        "short": Field(_count, "The student-weeks missing below the floor."),
    },
)

supervisors = Record(
    told.SupervisorFigures,
    "How the student-weeks are shared among named supervisors.",
    {
        "supervisors": Field(_count, "How many supervisors there are."),
        "used": Field(_count, "How many have a student."),
        "unused_share": Field(_share, "The share of all supervisors who have no student."),
        "least": Field(_count, "The fewest student-weeks of a supervisor who has a student; 0 where none has."),
        "median": Field(_count, "The median student-weeks of the supervisors who have a student, by nearest rank."),
        "most": Field(_count, "The most student-weeks of a supervisor."),
    },
)

environments = Record(
    told.EnvironmentFigures,
    "How many of the weeks in which units have students are interprofessional, student-dense or in even pairs."
    " Students whom other terms have at a unit are company there; their own weeks are not counted.",
    {
        "unit_weeks": Field(_count, "Each unit and week with students of the plan."),
        "interprofessional": Field(_count, "Those of them with students of several professions."),
        "interprofessional_share": Field(OrNull(_share), "interprofessional / unit_weeks; null where there are none."),
        "dense": Field(_count, "Those of them with at least four students: student-dense."),
        "dense_share": Field(OrNull(_share), "dense / unit_weeks; null where there are none."),
        "student_weeks": Field(_count, "The student-weeks of the plan."),
        "together": Field(_count, "Those of them at a unit with students of several professions that week."),
        "together_share": Field(OrNull(_share), "together / student_weeks; null where there are none."),
        "paired": Field(_count, "Each pair group, unit and week with students of the plan."),
        "odd": Field(_count, "Those of them with an odd number of students."),
        "odd_share": Field(OrNull(_share), "odd / paired; null where there are none."),
    },
)

shares = Record(
    told.Fairness,
    "How the plan turns out for students, lärosäten, providers and supervisors. Shares are from 0 to 1.",
    {
        "everyone": Field(group, "All requests."),
        "institutions": Field(ListOf(group), "By lärosäte."),
        "homes": Field(
            ListOf(group),
            "By home: the area that the student lives in or, where none is given, the zone; null where neither is.",
        ),
        "programmes": Field(ListOf(programme), "By lärosäte and profession."),
        "evenness": Field(ListOf(evenness), "How even the groups are."),
        "providers": Field(ListOf(provider), "The providers with any student-week offered or placed."),
        "municipal": Field(municipal, "The municipalities together."),
        "agreements": Field(ListOf(agreement), "Every agreement."),
        "supervisors": Field(supervisors, "The supervisors' loads."),
        "environments": Field(
            OrNull(environments),
            "Interprofessional and student-dense weeks, and even pairs. Left out in reports that are older than it.",
            optional=True,
        ),
    },
)

scarce = Record(
    told.Scarce,
    "The prices of a scarce resource.",
    {
        "rule": Field(_id, "The rule that limits it: capacity, unit-ceiling, agreement-ceiling or supervisor-load."),
        "id": Field(
            _id, "The id of the capacity, unit or agreement; for supervisors, who are priced together, of their unit."
        ),
        "unit": Field(OrNull(_id), "Its unit; null for an agreement."),
        "provider": Field(_id, "Its provider."),
        "professions": Field(ListOf(_id), "The professions it is reserved for; empty for all."),
        "credits": Field(
            OrNull(Number(0, LARGEST)),
            "For supervisors: the least training, in hp, of those priced together. Otherwise null.",
        ),
        "weeks": Field(ListOf(_week), "The weeks that have a price, counted from 0; empty for an agreement."),
        "prices": Field(
            ListOf(_price),
            "The price of one more in each of those weeks; for an agreement, the price of one more student-week.",
        ),
    },
)

room = Record(
    told.Room,
    "The most that room for one more student is worth, for a stay that some request asks for.",
    {
        "unit": Field(_id, "The unit."),
        "provider": Field(_id, "Its provider."),
        "kinds": Field(ListOf(_id), "Its kinds."),
        "profession": Field(_id, "The student's profession."),
        "first_week": Field(_week, "The first week of the stay, counted from 0."),
        "weeks": Field(_count, "How many weeks it lasts."),
        "place": Field(
            _price, "One more place offered, by itself; 0 where places are not lacking, or not the only thing lacking."
        ),
        "ceiling": Field(_price, "The unit's ceiling raised by one, by itself."),
        "supervisor": Field(_price, "A supervisor for one more student, by itself."),
        "together": Field(_price, "Place, ceiling and supervisor together."),
        "agreement": Field(_price, "The stay's student-weeks added to the agreement's ceiling."),
    },
)

total = Record(
    told.Total,
    "The sum of some prices.",
    {
        "rule": Field(_id, "The rule whose prices they are."),
        "by": Field(OneOf(*get_args(told.SummedBy)), "What the prices are summed by."),
        "name": Field(_id, "Its id, name or ISO week."),
        "amount": Field(_count, "How much there is: places, students or student-weeks, counted in each week."),
        "worth": Field(_price, "The worth of all of it at its prices."),
        "mean": Field(_price, "worth / amount."),
        "most": Field(_price, "The highest price."),
    },
)

prices = Record(
    told.Worth,
    "What one more of each scarce resource is worth: no plan that has it costs less than this bound minus the price."
    " Prices are rounded up to hundredths.",
    {
        "bound": Field(
            Number(-LARGEST, LARGEST),
            "The bound that these prices prove: no plan has a lower objective. Rounded down to hundredths.",
        ),
        "scarce": Field(ListOf(scarce), "Everything that has a price, in the order of the problem."),
        "places": Field(ListOf(room), "Where one more place is worth the most."),
        "supervisors": Field(ListOf(room), "Where a supervisor for one more student is worth the most."),
        "together": Field(
            ListOf(room),
            "Where all three together are worth the most, and neither a place nor a supervisor alone would do.",
        ),
        "totals": Field(ListOf(total), "By unit, provider, kind, profession and week; the dearest first."),
    },
)


report = Record(
    dict,
    "A report on a plan: figures of fairness, and prices.",
    {
        "format": Field(OneOf(FORMAT), "The name and version of this format."),
        "problem_sha256": Field(Fingerprint(), "The fingerprint of the problem that is planned."),
        "objective": Field(_value, "What the plan costs."),
        "bound": Field(_value, "The bound that the plan states: no plan of the problem has a lower objective."),
        "fairness": Field(shares, shares.meaning),
        "prices": Field(
            OrNull(prices), "The prices of scarce resources; null where none were computed, or time did not suffice."
        ),
    },
)
