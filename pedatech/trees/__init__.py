"""Decision trees: the graph and its checks, and the walk from question to question."""
