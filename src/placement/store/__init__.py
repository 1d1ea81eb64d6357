"""What every change to the store goes through: roles, whose rows, the audit trail, tokens and repeated calls."""
