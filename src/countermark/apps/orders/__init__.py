"""What courts, authorities and the operator's own decisions lay on listings and shops, apart from any complaint."""
