"""A county made up: everything below the reference facts, drawn from a seed, plausible in size and marked synthetic."""
