"""Choosing the place of study: site rounds, from quotas and wishes by the draw to each student's site."""
