"""The rights holder's and the agent's pages."""
