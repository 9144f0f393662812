"""The quality label: identity card, processes, criteria."""
