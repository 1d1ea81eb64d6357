"""Swaps: two students of one course exchange places, if both say yes, the units accept and a coordinator approves.

`asking` and `candidates` begin a swap, `answering` and `deciding` settle it, and `lapsing` ends one that was overtaken.
"""
