"""Signing in: who asks, by the token or the cookie of a call, and what a browser is given to keep."""
