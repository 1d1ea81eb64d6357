"""Routes of students with a protected identity; they mirror `placement.protected`."""
