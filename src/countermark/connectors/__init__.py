"""How does the product reach the outside: shops, mailboxes, pages, a virus scanner? Each port with its fake."""
