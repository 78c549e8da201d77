"""Files of rights: read whatever they were written with, every cell that cannot be read named; nothing is worked out."""
