"""One sealed file that holds the database and every file that the sites keep.

archive: what a backup is, how it is written and read. databases: SQLite and PostgreSQL.
"""
