"""Nouns: what the service stores, as messages name it: in definite form in Swedish, without an article in English."""

from __future__ import annotations

from placement_solver.words import Words

AGREEMENT = Words("avtalet", "agreement")
COHORT = Words("kullen", "cohort")
COURSE = Words("kursen", "course")
INSTITUTION = Words("lärosätet", "institution")
MUNICIPALITY = Words("kommunen", "municipality")
OFFER = Words("erbjudandet", "offer")
ORGANISATION = Words("organisationen", "organisation")
PLACEMENT = Words("placeringen", "placement")
PROGRAMME = Words("programmet", "programme")
PROVIDER = Words("huvudmannen", "provider")
REQUEST = Words("begäran", "request")
RUN = Words("körningen", "run")
SITE = Words("studieorten", "site")
STUDENT = Words("studenten", "student")
SUPERVISOR = Words("handledaren", "supervisor")
TERM = Words("terminen", "term")
UNIT = Words("enheten", "unit")

IN_THE_PROGRAMME = Words("i studentens program", "in the student's programme")
IN_THE_TERM = Words("i terminen", "in the term")
AT_THE_INSTITUTION = Words("vid studentens lärosäte", "at the student's lärosäte")
AT_THE_UNIT = Words("vid enheten", "at the unit")
