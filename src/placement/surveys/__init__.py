"""Surveys: questions asked in rounds, answered without a name, and told in figures that give nobody away."""
