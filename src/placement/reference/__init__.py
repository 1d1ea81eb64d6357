"""Reference facts that come with the package: municipalities, lärosäten, programmes, courses and places of care."""
