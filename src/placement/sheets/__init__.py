"""Sheets: the lists that people keep in Excel, out as CSV or XLSX and in again, whole or not at all.

A line of a sheet is found by the partner's own key (``students`` by externalId …), so that the same sheet may be
handed in again; what comes out goes in again and changes nothing.
"""
