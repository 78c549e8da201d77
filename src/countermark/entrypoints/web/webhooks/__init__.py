"""Pages on which a party says which of its programs are told, and sees what they were told."""
