"""Figures about a plan: how it turns out and what is scarce, computed from problem, plan and prices alone."""
