"""What may come in as evidence, in which form is it kept, and is it still what was kept? No web framework here."""
