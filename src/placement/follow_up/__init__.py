"""Follow-up: what became of the plans: figures with their definitions, the yearly report, and what is still missing."""
