"""Schemas: what the API takes and gives, apart from how it is stored."""
