"""Online trainings: H5P and 360° packages."""
