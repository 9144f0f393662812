"""Acronyms and terms of the sector."""
