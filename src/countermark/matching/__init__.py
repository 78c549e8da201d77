"""Which protected words does a title name, however it is written? Numeric libraries, no Django, no core."""
