"""The pages: thin doors that parse a request, make one call into `apps`, and render."""
