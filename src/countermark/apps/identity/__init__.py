"""Is this account who it says? Papers of a holder, sealed; a reviewer's finding; what is the same as in another account."""
