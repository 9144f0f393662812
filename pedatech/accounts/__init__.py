"""Signing in on the site, for members of spaces and for contributors."""
