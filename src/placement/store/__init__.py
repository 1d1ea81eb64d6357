"""What every change to the store goes through: who may, which rows are theirs, the audit, tokens, repeated requests."""
