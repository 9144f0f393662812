"""The publishing house: L'essor and every other publication of interfede.be."""
