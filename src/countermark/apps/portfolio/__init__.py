"""A whole portfolio of rights in one go: read from a file, shown row by row, then stored."""
