"""How much of a file of records is read before it is refused?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may hold. The real records of the USPTO have 30 to 41 kB each, 200 to 700 elements, 14 levels."""

    file_bytes: int = 250_000_000
    record_bytes: int = 5_000_000  # of text in one record
    record_elements: int = 50_000
    depth: int = 64
    records: int = 100_000


LIMITS = Limits()
CHUNK = 65_536
