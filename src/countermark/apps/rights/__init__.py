"""What is protected: IP rights, their documents and their standing."""
