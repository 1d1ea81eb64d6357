"""Reference facts that are shipped: municipalities, lärosäten, programmes, courses and places of care."""
