"""L'essor: the magazine, its issues, rubrics and articles."""
