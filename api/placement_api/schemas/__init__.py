"""Schemas: what the API takes and answers, independent of how it is stored."""
