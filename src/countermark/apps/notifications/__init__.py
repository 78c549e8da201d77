"""Who is told what: one message per notice and party, delivered at least once."""
