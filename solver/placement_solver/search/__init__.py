"""The search: the market of options, prices and bound, drafts, CP-SAT, rounds and phases."""
