"""Telling other programs: every event of the log, to whoever has an endpoint and may see it, signed, in order, at least once."""
