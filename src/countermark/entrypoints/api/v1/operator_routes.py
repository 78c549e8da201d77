"""The resources of whoever runs the desk and of the marketplaces themselves, put together."""

from countermark.entrypoints.api.v1 import listings, sellers

ROUTERS = (listings.router, sellers.router)
