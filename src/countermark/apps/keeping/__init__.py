"""Keeping an installation: backup, restore, moving house, retention and erasure. Owns no tables; knows all of them."""
