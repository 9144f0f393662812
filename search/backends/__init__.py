"""Where the index lies: SQLite, PostgreSQL, Elasticsearch or OpenSearch, each a thin subclass of
Wagtail's own backend.

All four hold the same words: a text is folded and stemmed by :mod:`search.french` before it is
indexed, and so is what is typed. What one engine finds, the others find.
"""
