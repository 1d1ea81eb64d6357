"""Term reports: what a published plan came to, for the steering group and the conference; no student is named."""
