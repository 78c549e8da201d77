"""How are catalogues of millions of listings screened? Arrow batch in, Arrow batch out, in any number of processes."""
