"""The planning engine: a placement problem in, a checked plan with its proof out."""
