"""Mandates: what an owner lets an agent do in its name, from the form to the signed paper to the end."""
