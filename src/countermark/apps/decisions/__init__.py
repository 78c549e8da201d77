"""What was decided and why: decisions with their grounds, statements of reasons."""
