"""Gap reports over HTTP: supervisors' training and education levels, as data and as sheets, to whom they concern."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import Any

from placement.callers import Role
from placement.tables import OrganisationKind
from tests.api.follow_up.conftest import Followed

TRAININGS = "/v1/gap-reports/trainings"
LEVELS = "/v1/gap-reports/education-levels"
DAY = "2027-02-01"


def counts_on(trainings: list[dict[str, Any]], day: str) -> float | None:
    valid = [each["credits"] for each in trainings if each["completedOn"] <= day <= (each["expiresOn"] or "9999")]
    return max(valid, default=None)


def test_each_supervisor_is_counted_once_with_the_training_of_the_day(followed: Followed) -> None:
    cku = followed.by(Role.COORDINATOR)
    supervisors = cku.all("/v1/supervisors")
    rows = cku.all(f"{TRAININGS}?day={DAY}")
    had = {row["id"]: counts_on(row["trainings"], DAY) for row in supervisors}
    of = Counter((row["unitId"], row["profession"]) for row in supervisors)
    assert {(row["id"], row["profession"]): row["supervisors"] for row in rows if row["supervisors"]} == of
    for row in rows:
        key = row["id"], row["profession"]
        own = [had[each["id"]] for each in supervisors if (each["unitId"], each["profession"]) == key]
        assert row["untrained"] == sum(credits_ is None or credits_ < 1.5 for credits_ in own)
        assert sum(row["atLevel"].values()) == sum(credits_ is not None for credits_ in own)
        assert row["atLevel"]["aka-course"] == sum((credits_ or 0) >= 7.5 for credits_ in own)


def test_what_the_coming_courses_require_is_read_off_the_placements(followed: Followed) -> None:
    cku = followed.by(Role.COORDINATOR)
    courses = {row["id"]: row for row in cku.all("/v1/courses")}
    programmes = {row["id"]: row["profession"] for row in cku.all("/v1/programmes")}
    asked: dict[tuple[str, str], set[str]] = {}
    for row in cku.all("/v1/placements"):
        course = courses[row["courseId"]]
        if row["status"] in {"published", "accepted"} and course["supervisionCredits"] is not None:
            asked.setdefault((row["unitId"], programmes[course["programmeId"]]), set()).add(course["id"])
    rows = cku.all(f"{TRAININGS}?day=2026-12-01")
    assert {(row["id"], row["profession"]): row["courses"] for row in rows if row["courses"]} == {
        key: len(ids) for key, ids in asked.items()
    }
    for row in rows:
        wanted = [courses[each]["supervisionCredits"] for each in asked.get((row["id"], row["profession"]), ())]
        assert row["requiredCredits"] == max(wanted, default=None)


def test_a_gap_report_is_taken_out_as_a_sheet_in_words(followed: Followed) -> None:
    cku = followed.by(Role.COORDINATOR)
    for path, head in ((TRAININGS, "Enhet eller huvudman"), (LEVELS, "Enhet")):
        answer = cku.ask("GET", f"{path}/sheet", 200, None, **{"Accept-Language": "sv"})
        lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert lines[0][0] == head
        assert len(lines) - 1 == cku.get(f"{path}?limit=1")["total"]
        assert cku.ask("GET", f"{path}/sheet?format=xlsx", 200).content.startswith(b"PK")


def test_levels_are_told_unit_by_unit_with_evidence_and_add_up(followed: Followed) -> None:
    cku = followed.by(Role.COORDINATOR)
    rows = cku.all(f"{LEVELS}?day={DAY}")
    judged = {(row["id"], level["level"]): level for row in cku.all("/v1/units") for level in row["educationLevels"]}
    for row in rows:
        for each in row["levels"]:
            found = judged.get((row["id"], each["level"]))
            if found is None:
                assert (each["status"], each["judgedOn"]) == ("not-judged", None)
                continue
            assert (each["judgedOn"], each["evidence"]) == (found["judgedOn"], found["evidence"])
            lapsed = found["validUntil"] is not None and found["validUntil"] < DAY
            assert each["status"] == ("not-met" if not found["met"] else "expired" if lapsed else "met")
        assert (row["disagreement"] is not None) == (row["universityHealthcare"] != (row["minimumMet"] == 8))
    counts = cku.get(f"/v1/gap-reports/education-level-counts?day={DAY}")
    marked = [row for row in rows if row["universityHealthcare"]]
    assert counts["units"] == len(marked)
    assert counts["meetingAll"] == sum(row["minimumMet"] == 8 for row in marked)
    assert counts["shareMeetingAll"] == round(counts["meetingAll"] / counts["units"], 4)
    for each in counts["levels"]:
        assert each["met"] + each["notMet"] + each["expired"] + each["notJudged"] == counts["units"]


def test_a_provider_without_university_healthcare_has_no_share(followed: Followed) -> None:
    counts = followed.by(Role.PROVIDER, followed.named("Solna stad")).get("/v1/gap-reports/education-level-counts")
    assert (counts["units"], counts["shareMeetingAll"]) == (0, None)


def test_each_reads_of_the_units_that_it_may_see(followed: Followed) -> None:
    provider = followed.named("Solna stad")
    ours = followed.by(Role.PROVIDER, provider)
    own = {row["id"] for row in ours.all("/v1/units")}
    assert {row["id"] for row in ours.all(TRAININGS)} <= own
    assert {row["id"] for row in ours.all(f"{TRAININGS}?grouping=provider")} <= {provider}
    institution = followed.by(Role.INSTITUTION, followed.organisations(OrganisationKind.INSTITUTION)[0])
    cku = followed.by(Role.COORDINATOR)
    assert institution.all(TRAININGS) == cku.all(TRAININGS)
    for role in (Role.STUDENT, Role.AUDITOR):
        followed.by(role, institution.organisation if role is Role.STUDENT else None).ask("GET", TRAININGS, 403)


def test_the_levels_say_where_their_subjects_are_published(followed: Followed) -> None:
    rows = followed.by(Role.AUDITOR).all("/v1/education-levels")
    assert [row["kind"] for row in rows].count("minimum") == 8
    assert {row["wording"] for row in rows} == {"subject", "criterion", "own"}
    assert followed.by(Role.AUDITOR).all("/v1/education-levels?day=2017-12-31") == []


def test_an_assessment_is_entered_with_evidence_and_an_end(followed: Followed) -> None:
    cku = followed.by(Role.COORDINATOR)
    unit = cku.all(f"{LEVELS}?day={DAY}")[0]["id"]
    body = {"met": True, "judgedOn": "2026-11-01", "evidence": "https://example.org/rutin", "validUntil": "2028-10-31"}
    tag = cku.ask("GET", f"/v1/units/{unit}", 200).headers["ETag"]
    answer = cku.ask("PUT", f"/v1/units/{unit}/education-levels/follow-up", 200, body, **{"If-Match": tag}).json()
    assert {**body, "level": "follow-up"} in answer["educationLevels"]
    again = answer["version"]
    wrong = {**body, "validUntil": "2026-10-31"}
    path, match = f"/v1/units/{unit}/education-levels/follow-up", {"If-Match": f'"{again}"'}
    assert cku.ask("PUT", path, 422, wrong, **match).json()["errors"][0]["pointer"] == "/validUntil"
    for text in ("", " x", "a\nb", "x" * 1_001):
        cku.ask("PUT", path, 422, {**body, "evidence": text}, **match)
