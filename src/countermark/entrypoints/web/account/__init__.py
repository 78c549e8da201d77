"""Signing in and up by a code sent to one's address, and one's own account."""
