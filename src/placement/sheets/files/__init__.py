"""Files: what a spreadsheet file holds, cell by cell, before anybody asks what it means.

Every reader keeps only cells that hold something, so that a formatted cell in the last row costs nothing. A cell whose
value cannot be told exactly (a formula without a stored value, a number that has lost digits) is kept as a fault.
"""
