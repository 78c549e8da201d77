"""Which resources do sellers and reviewers work with? Put together here for `v1/__init__.py`."""

from countermark.entrypoints.api.v1 import (
    accounts_check,
    appeals_desk,
    bench,
    counter_drafts,
    counter_grounds,
    counter_notices,
    decisions,
    findings,
    queue,
    references,
    registers,
    right_transfers,
    rights_check,
    rights_living,
    seller_links,
    seller_pairs,
)

RESOURCES = (counter_grounds, counter_notices, queue, bench, decisions, appeals_desk, rights_check, rights_living)
ROUTERS = tuple(
    resource.router
    for resource in (
        *RESOURCES,
        accounts_check,
        counter_drafts,
        findings,
        registers,
        right_transfers,
        references,
        seller_links,
        seller_pairs,
    )
)
