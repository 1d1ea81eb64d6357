"""The plan in force: a named person publishes it if the term is unchanged, then each placement is settled in steps."""
