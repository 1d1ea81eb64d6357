"""Printed: what is stored, set as a page in Swedish or English, to read on a screen, on paper or as PDF."""
