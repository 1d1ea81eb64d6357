"""Routes of settlement: statements, the answers to them, and what ALF pays for; they mirror `placement.settlement`."""
