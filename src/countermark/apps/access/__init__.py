"""Programs: which keys act for whom, what each may do, what it asked before and how often."""
