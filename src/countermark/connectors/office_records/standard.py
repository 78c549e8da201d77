"""Of which standard is this XML: ST.66 or ST.96? Both may begin with the same element; they spell a trademark differently."""

import re

_ST66 = re.compile(rb"<(?:[\w.-]+:)?TradeMark(?:TransactionBody|Details|Transaction|[\s/>])")
_LOOKED_AT = 16_384  # bytes of the beginning


def standard_of(content: bytes) -> str:
    """`st66` or `st96`, in any encoding that keeps ASCII, or has it with zeros between; st96 where neither shows."""
    return "st66" if _ST66.search(content[:_LOOKED_AT].replace(b"\0", b"")) else "st96"
