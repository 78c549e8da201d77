"""The resources of whoever runs the desk and of the marketplaces themselves, put together."""

from countermark.entrypoints.api.v1 import (
    calendars,
    deliveries,
    listings,
    marketplaces,
    measures,
    operations,
    orders,
    people,
    report_link,
    sellers,
    shop_people,
    webhooks,
    whole_log,
)

ROUTERS = tuple(
    resource.router
    for resource in (
        *(operations, marketplaces, listings, sellers, shop_people, measures, orders, deliveries, webhooks, people, calendars),
        *(whole_log, report_link),
    )
)
