"""The REST API of Placement."""
