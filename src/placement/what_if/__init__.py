"""What would happen if: a reduction of places previewed before anyone makes it."""
