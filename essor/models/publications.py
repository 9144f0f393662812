"""Publications: vocabularies, the index, a publication and its parts, dossiers."""
