"""The feed of everything that has happened, in one order, and the events written when the planning's input changes."""
