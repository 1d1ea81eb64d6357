"""Sheets: the lists that people keep in Excel, exported as CSV or XLSX and imported again, whole or not at all.

A line of a sheet is matched with a stored row by the partner's own key (``students`` by externalId …), so that the
same sheet can be imported again. An exported sheet that is imported unchanged changes nothing.
"""
