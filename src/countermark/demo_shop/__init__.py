"""A small web shop to file complaints against: "Harbour Market", its own process, pages and database.

It stands for a marketplace in the demo and in tests, and imports nothing of the product, as the product imports
nothing of it: they meet over HTTP. Run it with `python -m countermark.demo_shop --port 8001 --db shop.db`, the shared
secret in SHOP_API_SECRET.
"""

from countermark.demo_shop.drawing import SHAPES, draw_picture
from countermark.demo_shop.logos import STYLES, draw_logo
from countermark.demo_shop.stock import seed

__all__ = ["SHAPES", "STYLES", "draw_logo", "draw_picture", "seed"]
