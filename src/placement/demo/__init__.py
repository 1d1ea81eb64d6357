"""A synthetic county on top of the reference facts: drawn from a seed, plausible in size, marked as synthetic."""
