"""Shows, episodes and feeds of interfede.be."""
