"""Who sees which personal field, and in which form: one table that every way out of the service asks."""
