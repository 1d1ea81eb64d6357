"""Extracts: everything that is stored about one person, for that person to read (GDPR article 15)."""
