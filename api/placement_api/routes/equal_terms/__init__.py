"""Routes of how agreements differ from the template; they mirror `placement.equal_terms`."""
