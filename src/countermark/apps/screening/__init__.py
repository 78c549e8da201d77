"""What looks like a fake is seen at upload, and what was removed stays down."""
