"""Decision trees: questions, answers, targets."""
