"""The catalogue of teaching resources of pedatechcisp.be."""
