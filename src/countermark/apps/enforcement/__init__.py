"""What happens to a listing: measures, computed from its live complaints, carried out by a connector."""
