"""Trees, packages, contributions and spaces, in the admin."""
