"""Where programs come in: doors, problems, bodies, pages of lists; the resources of version 1 stand in `v1`."""
