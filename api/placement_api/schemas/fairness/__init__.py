"""Schemas of fairness over time: the ledger, the formulas for points, and shares."""
