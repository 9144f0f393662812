"""Private spaces of trainings."""
