"""Schemas of reading plans: prices, explanations and comparisons; they mirror `placement.reading`."""
