"""The doors: web pages, command line, jobs. Each parses, calls one service and renders; `now` is read here, once."""
