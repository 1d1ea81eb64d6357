"""Why a request is placed or unplaced as it is, what would help it, and the outcome for a whole group."""
