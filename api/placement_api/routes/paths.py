"""The ids in the API's paths, each with its name in the contract and its description."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path

from placement_api.schemas.base import Id, Word
from placement_api.schemas.register.places import MunicipalityCode


def _path(name: str, en: str, sv: str) -> Any:  # noqa: ANN401 (FastAPI's Path is typed so)
    """Describe an id in a path by its camelCase name."""
    return Path(alias=name, description=f"The id of {en}. Id för {sv}.")


NAMED_IN_QUERY: dict[int | str, dict[str, Any]] = {404: {"description": ""}}
"""What an operation answers where a row is named in the query rather than in the path, and is not found."""

AccountPath = Annotated[Id, _path("accountId", "the account", "kontot")]
AlfProfessionPath = Annotated[Id, _path("alfProfessionId", "the ALF profession", "ALF-yrket")]
AgreementPath = Annotated[Id, _path("agreementId", "the agreement", "avtalet")]
ClausePath = Annotated[Id, _path("clauseId", "the clause", "klausulen")]
LetterPartyPath = Annotated[Id, _path("partyId", "the party to the letter of intent", "parten i avsiktsförklaringen")]
TemplatePath = Annotated[Id, _path("templateId", "the template", "avtalsmallen")]
CalendarPath = Annotated[Id, _path("calendarId", "the calendar", "kalendern")]
CohortPath = Annotated[Id, _path("cohortId", "the cohort", "kullen")]
CoursePath = Annotated[Id, _path("courseId", "the course", "kursen")]
FeedPath = Annotated[Id, _path("feedId", "the calendar feed, which is secret", "kalenderflödet, som är hemligt")]
FormulaPath = Annotated[Id, _path("formulaId", "the formula for points", "formeln för poäng")]
LevelPath = Annotated[Word, Path(description="The education level, such as vfu-offered. Utbildningsnivån.")]
MunicipalityPath = Annotated[MunicipalityCode, _path("municipalityId", "the municipality", "kommunen")]
OfferPath = Annotated[Id, _path("offerId", "the offer", "erbjudandet")]
OrganisationPath = Annotated[Id, _path("organisationId", "the organisation", "organisationen")]
OwnTermsPath = Annotated[
    Id, _path("ownTermsId", "the student's own page, which is secret", "studentens egen sida, som är hemligt")
]
PinPath = Annotated[Id, _path("pinId", "the pin", "den låsta placeringen")]
PlacementPath = Annotated[Id, _path("placementId", "the placement", "placeringen")]
ProfessionPath = Annotated[Word, _path("professionId", "the profession", "yrket")]
ProgrammePath = Annotated[Id, _path("programmeId", "the programme", "programmet")]
RequestPath = Annotated[Id, _path("requestId", "the request", "begäran")]
ArrivalPath = Annotated[Id, _path("arrivalId", "the arrival", "ankomsten")]
HoldPath = Annotated[Id, _path("holdId", "the legal hold", "beslutet")]
RunPath = Annotated[Id, _path("runId", "the run", "körningen")]
SecretPath = Annotated[Id, _path("secret", "the survey link, which is secret", "enkätlänken, som är hemlig")]
SessionPath = Annotated[Id, _path("sessionId", "the session", "inloggningen")]
SignInLinkPath = Annotated[Id, _path("signInLinkId", "the sign-in link", "inloggningslänken")]
SitePath = Annotated[Id, _path("siteId", "the site", "studieorten")]
StatementPath = Annotated[Id, _path("statementId", "the statement", "avräkningen")]
SiteRoundPath = Annotated[Id, _path("siteRoundId", "the site round", "studieortsvalet")]
StudentPath = Annotated[Id, _path("studentId", "the student", "studenten")]
StudentPagePath = Annotated[Id, _path("pageId", "the student's address", "studentens adress")]
SupervisorPath = Annotated[Id, _path("supervisorId", "the supervisor", "handledaren")]
SwapPath = Annotated[Id, _path("swapId", "the swap", "bytet")]
SurveyPath = Annotated[Id, _path("surveyId", "the survey", "enkäten")]
SurveyRoundPath = Annotated[Id, _path("roundId", "the survey round", "enkätomgången")]
TermPath = Annotated[Id, _path("termId", "the term", "terminen")]
TokenPath = Annotated[Id, _path("tokenId", "the token, which is no secret", "åtkomstnyckeln, som inte är hemligt")]
TrainingPath = Annotated[Id, _path("trainingId", "the training in supervision", "handledarutbildningen")]
UnitKindPath = Annotated[Word, _path("unitKindId", "the kind of unit", "slaget av enhet")]
UnitPath = Annotated[Id, _path("unitId", "the unit", "enheten")]
WebhookPath = Annotated[Id, _path("webhookId", "the webhook", "webhooken")]
YearlyReportPath = Annotated[Id, _path("yearlyReportId", "the yearly report", "den årliga rapporten")]
