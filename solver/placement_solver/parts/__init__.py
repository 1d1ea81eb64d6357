"""Independent parts of a term: how they are found, and how each is solved in a process of its own."""
