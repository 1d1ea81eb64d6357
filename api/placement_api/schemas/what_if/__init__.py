"""Schemas of previews of a reduction; they mirror `placement.what_if`."""
