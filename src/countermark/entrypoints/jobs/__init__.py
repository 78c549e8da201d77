"""The work that no page waits for: what fell due, telling the parties, asking the marketplaces."""
