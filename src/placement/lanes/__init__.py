"""Lanes: on PostgreSQL an existing queue gives many processes their turns, each kind of work its own."""
