"""The catalogue: what it holds, how it is searched, and its pages."""
