"""L'essor beyond its models: publishing an issue whole, review without an account, short links."""
