"""Caches, health, backups, containers: what keeps the sites up."""
