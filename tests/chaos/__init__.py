"""Chaos: what the service promises, tried by breaking it for real: processes killed and frozen, disks filled.

`make chaos` runs the long forms (an hour or two) and prints what each came to; the tests here run short ones.
"""
