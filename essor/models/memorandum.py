"""The memorandum as structure: axis, measure, proposal.

`MemorandumPage` extends `essor.models.publications.PublicationPage` (multi-table): a memorandum is
a publication, so it has kind, dates, authors, files, citation and feeds, and the index finds it.
"""
