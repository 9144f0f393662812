"""Vocabularies of the catalogue, in the admin."""
