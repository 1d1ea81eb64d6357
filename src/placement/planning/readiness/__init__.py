"""Readiness: what a term still lacks before a run of it makes sense, as the run itself would see it.

`judging` goes through the check list. A check is one function over what `seen` holds, and answers with `findings`. The
checks lie by whose part they are about: `asking` (lärosäten), `offering` (units and supervisors), `agreeing`
(agreements), `term` (the term itself) and `tokens`. The last ones, `trying`, ask the planner's own rules about
everything at once.
"""
