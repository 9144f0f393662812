"""The editors' desk: bin, redirects, health of a site, review dates, readability, guide."""
