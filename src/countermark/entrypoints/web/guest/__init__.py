"""Reporting without an account."""
