"""Routes of signing in; they mirror `placement.signing_in`."""
