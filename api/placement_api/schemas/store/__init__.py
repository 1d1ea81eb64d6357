"""Schemas of the audit trail; they mirror `placement.store`."""
