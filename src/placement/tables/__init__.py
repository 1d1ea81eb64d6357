"""Every table, so that one import loads them all; ``METADATA`` is what the migrations must agree with."""

from placement.tables.access import ApiToken
from placement.tables.agreements import (
    Agreement,
    AgreementClause,
    AgreementUnit,
    AgreementVolume,
    Figure,
    ends_on,
    last_week,
)
from placement.tables.audit import Action, AuditEntry
from placement.tables.calendars import Calendar, CalendarSubject
from placement.tables.capacity import CapacityOffer, DeclineReason, OfferInstitution, OfferStatus, OfferWeek
from placement.tables.columns import Row, new_id
from placement.tables.education import Course, CourseWindow, Programme, UnitRule
from placement.tables.idempotency import IdempotencyKey
from placement.tables.letter import LetterParty, leaves_on
from placement.tables.lists import ListedWord, WordList
from placement.tables.places import (
    EducationLevel,
    Level,
    Municipality,
    Organisation,
    OrganisationContact,
    OrganisationKind,
    ProviderKind,
    Site,
    TravelSource,
    TravelTime,
    Unit,
    agreement_party,
)
from placement.tables.planning import (
    Pin,
    Plan,
    PlanDocument,
    PlannedPlacement,
    PlanStatus,
    Run,
    RunEnd,
    RunMode,
    RunStatus,
    UnplacedRequest,
)
from placement.tables.publishing import (
    FINISHED,
    HOLDING,
    EndReason,
    Event,
    Placement,
    PlacementStatus,
    Publication,
)
from placement.tables.reminders import ReceiverKind, Reminder, ReminderKind, ReminderMail, ReminderRule
from placement.tables.students import (
    RETAKE_CLASS,
    BlockedUnit,
    Cohort,
    Preference,
    Request,
    RequestStatus,
    Student,
)
from placement.tables.supervisors import Supervisor, SupervisorRole, SupervisorWeek, Training
from placement.tables.templates import AgreementTemplate, TemplateClause
from placement.tables.terms import Term
from placement.tables.webhooks import Delivery, StopReason, Webhook

METADATA = Row.metadata

__all__ = [
    "FINISHED",
    "HOLDING",
    "METADATA",
    "RETAKE_CLASS",
    "Action",
    "Agreement",
    "AgreementClause",
    "AgreementTemplate",
    "AgreementUnit",
    "AgreementVolume",
    "ApiToken",
    "AuditEntry",
    "BlockedUnit",
    "Calendar",
    "CalendarSubject",
    "CapacityOffer",
    "Cohort",
    "Course",
    "CourseWindow",
    "DeclineReason",
    "Delivery",
    "EducationLevel",
    "EndReason",
    "Event",
    "Figure",
    "IdempotencyKey",
    "LetterParty",
    "Level",
    "ListedWord",
    "Municipality",
    "OfferInstitution",
    "OfferStatus",
    "OfferWeek",
    "Organisation",
    "OrganisationContact",
    "OrganisationKind",
    "Pin",
    "Placement",
    "PlacementStatus",
    "Plan",
    "PlanDocument",
    "PlanStatus",
    "PlannedPlacement",
    "Preference",
    "Programme",
    "ProviderKind",
    "Publication",
    "ReceiverKind",
    "Reminder",
    "ReminderKind",
    "ReminderMail",
    "ReminderRule",
    "Request",
    "RequestStatus",
    "Row",
    "Run",
    "RunEnd",
    "RunMode",
    "RunStatus",
    "Site",
    "StopReason",
    "Student",
    "Supervisor",
    "SupervisorRole",
    "SupervisorWeek",
    "TemplateClause",
    "Term",
    "Training",
    "TravelSource",
    "TravelTime",
    "Unit",
    "UnitRule",
    "UnplacedRequest",
    "Webhook",
    "WordList",
    "agreement_party",
    "ends_on",
    "last_week",
    "leaves_on",
    "new_id",
]
