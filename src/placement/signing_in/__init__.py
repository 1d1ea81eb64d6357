"""Signing in: how people get in: the identity provider, its accounts, links for those without one, and sessions."""
