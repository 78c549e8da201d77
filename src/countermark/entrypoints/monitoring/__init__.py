"""What machines ask about this installation: does it live, is it ready, how much waits? And what a request leaves in the logs."""
