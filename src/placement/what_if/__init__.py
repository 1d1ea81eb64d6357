"""What a reduction of places would mean, previewed before it is saved."""
