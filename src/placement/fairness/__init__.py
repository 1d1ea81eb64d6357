"""Fairness over time: what each term has cost each student, the points it gives, and shares against size."""
