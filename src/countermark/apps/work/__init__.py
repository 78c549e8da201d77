"""Work rows with a lease: what has to be done after a transaction, at least once."""
