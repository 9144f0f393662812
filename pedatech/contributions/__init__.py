"""Proposals of federations and centres: written on the site, read in the admin."""
