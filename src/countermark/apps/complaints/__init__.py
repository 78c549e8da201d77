"""The case: notices, complaints, counter-notices and the log of everything that happened."""
