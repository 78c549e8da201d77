"""The resources of whoever runs the desk and of the marketplaces themselves, put together."""

from countermark.entrypoints.api.v1 import (
    calendars,
    deliveries,
    keeping,
    listings,
    marketplaces,
    measures,
    operations,
    order_appeals,
    orders,
    people,
    report_link,
    right_letters_back,
    screen,
    screening,
    sellers,
    shop_people,
    shop_sign_in,
    webhooks,
    whole_log,
)

ROUTERS = tuple(
    resource.router
    for resource in (
        *(
            operations,
            marketplaces,
            listings,
            screen,
            screening,
            sellers,
            shop_people,
            shop_sign_in,
            measures,
            orders,
            deliveries,
            right_letters_back,
            webhooks,
            people,
            calendars,
        ),
        *(order_appeals, whole_log, keeping, report_link),
    )
)
