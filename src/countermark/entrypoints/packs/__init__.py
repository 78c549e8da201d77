"""What a pack looks like, for the command line, the documents and the pages."""
