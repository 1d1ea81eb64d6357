"""Why a request has the placement it has or none, what would help it, and how a whole group fares."""
