"""The reference data as rows of the register: what an empty database may begin with, and what the demo builds on."""
