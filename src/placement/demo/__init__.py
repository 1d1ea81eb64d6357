"""A county made up below the reference facts: drawn from a seed, plausible in size, marked synthetic."""
