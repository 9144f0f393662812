"""Models of the publishing house, one module a subject: names are exported here."""
