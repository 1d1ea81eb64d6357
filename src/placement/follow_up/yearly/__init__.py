"""Yearly: the yearly report that the letter of intent asks for, of the county and of each municipality."""
