"""The plan in force: published by a named person, compared with what was planned, then settled step by step."""
