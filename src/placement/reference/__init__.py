"""Reference facts the service ships: municipalities, lärosäten, programmes, courses and places of care (SOURCES.md)."""
