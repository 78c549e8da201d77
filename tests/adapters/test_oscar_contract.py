"""Does a real oscar shop keep the rules of the marketplace port?"""

import pytest

from adapters.conftest import Quay
from adapters.visitor import can_buy
from countermark.connectors.contract import MarketplaceContract, Stage
from countermark.connectors.marketplace import ItemRef
from countermark.connectors.rest_marketplace import RestMarketplace


class TestOscar(MarketplaceContract):
    @pytest.fixture
    def stage(self, quay: Quay, quay_desk: RestMarketplace) -> Stage:
        return Stage(
            marketplace=quay_desk,
            item=quay.new_item(),
            unknown=ItemRef("999999"),
            seller_deletes=quay.seller_unpublishes,
            sells_out=quay.sells_out,
            is_sold=can_buy,
        )
