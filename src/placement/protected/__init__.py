"""Protected: who has a protected identity, where they are placed by hand, and how a unit meets them."""
