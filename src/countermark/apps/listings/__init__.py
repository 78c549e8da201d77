"""What is complained about: marketplaces, storefronts, listings and the frozen copies of them."""
