"""Countermark: an open-source IP protection platform for marketplaces, rights holders and sellers."""

__version__ = "0.1.0"
