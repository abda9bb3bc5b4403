"""On what is the product measured? Students, cases, decisions and databases, always the same."""
