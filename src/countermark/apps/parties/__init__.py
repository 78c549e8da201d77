"""Who acts: people, rights holders, agents with their mandates, sellers, reviewers, operators."""
