"""Resources proposed by federations and centres."""
