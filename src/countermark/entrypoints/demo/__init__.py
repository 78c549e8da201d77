"""The demo: the whole product on local ports, with an invented world in it that is built through the services."""
