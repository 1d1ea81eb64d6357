"""Settlement: what is to be paid for placements, agreement by agreement and half-year by half-year, to the öre."""
