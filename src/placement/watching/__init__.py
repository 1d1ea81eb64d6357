"""How the service is, for those who watch it: whether it is ready, and its figures."""
