"""The feed of everything that has happened, in one order, and the events that a change of input tells."""
