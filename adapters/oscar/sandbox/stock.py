"""What does the sandbox sell? A small believable shop of fictional brands: lamps, bags and cups, some with variants.

A product is made whole: class, category, partner with a person to write to, stock, price, pictures. Tests ask for further ones by
`lamps`, one each, with a partner each; what is there stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from itertools import cycle
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from oscar.apps.catalogue.categories import create_from_breadcrumbs
from oscar.core.loading import get_model
from PIL import Image, ImageDraw

Product = get_model("catalogue", "Product")
ProductClass = get_model("catalogue", "ProductClass")
ProductCategory = get_model("catalogue", "ProductCategory")
ProductImage = get_model("catalogue", "ProductImage")
Partner = get_model("partner", "Partner")
StockRecord = get_model("partner", "StockRecord")
Country = get_model("address", "Country")

SELLERS = {"mei": "Mei’s Lamp Corner", "otto": "Otto Living", "pavel": "Pavel & Daughters"}
SHOP = (  # title, category, seller, price, in stock, colour, variants
    ("Nordic mushroom lamp, brass", "Lamps", "mei", "89.00", 12, "#b8893b", ()),
    ("Halden & Moe table lamp, copper", "Lamps", "mei", "64.00", 3, "#a65a3a", ()),
    ("Folded paper lantern", "Lamps", "otto", "24.50", 40, "#e9dfc7", ("white", "ochre", "night blue")),
    ("Harbour tote, waxed canvas", "Bags", "otto", "72.00", 8, "#4c5b3f", ("small", "large")),
    ("Weekender bag, oxblood", "Bags", "pavel", "140.00", 0, "#6b2a2a", ()),
    ("Stoneware cup, speckled", "Cups", "pavel", "18.00", 25, "#9aa19a", ()),
    ("Stacking cups, set of four", "Cups", "mei", "39.00", 15, "#c9b79c", ()),
)
COLOURS = ("#b8893b", "#a65a3a", "#8c9a6b", "#5b6f8a")


def fill(lamps: int = 0) -> None:
    """Put the shop on its shelves, and so many further lamps of a seller each; what is there already stays."""
    if not Product.objects.exists():
        Country.objects.get_or_create(
            iso_3166_1_a2="NO", defaults={"name": "Norway", "printable_name": "Norway", "is_shipping_country": True}
        )
        for line in SHOP:
            _offer(*line)
    kept = {colour: _picture("Lamps", colour) for colour in COLOURS}
    there = Product.objects.filter(upc__startswith="lamp-").count()
    for number, colour in zip(range(there, lamps), cycle(COLOURS), strict=False):
        lamp = _page(f"Nordic mushroom lamp, no. {number}", "Lamps", upc=f"lamp-{number}")
        _stock(lamp, _partner(f"seller{number}", f"Seller no. {number}"), "89.00", 5)
        ProductImage.objects.create(product=lamp, original=kept[colour])


def _offer(
    title: str, category: str, seller: str, price: str, stock: int, colour: str, variants: tuple[str, ...]
) -> None:
    partner = _partner(seller, SELLERS[seller])
    page = _page(title, category, structure="parent" if variants else "standalone")
    ProductImage.objects.create(product=page, original=_picture(category, colour))
    for variant in variants:
        _stock(
            Product.objects.create(structure="child", parent=page, title=f"{title}, {variant}"), partner, price, stock
        )
    if not variants:
        _stock(page, partner, price, stock)


def _page(title: str, category: str, **told: Any) -> Any:
    kind, _ = ProductClass.objects.get_or_create(name="Goods")
    text = f"<p>{title}. Made in small numbers, <em>sent within two days</em>.</p>"
    page = Product.objects.create(title=title, description=text, product_class=kind, **told)
    ProductCategory.objects.create(product=page, category=create_from_breadcrumbs(category))
    return page


def _partner(code: str, name: str) -> Any:
    partner, is_new = Partner.objects.get_or_create(code=code, defaults={"name": name})
    if is_new:
        user, _ = get_user_model().objects.get_or_create(username=code, defaults={"email": f"{code}@quay.example"})
        partner.users.add(user)
    return partner


def _stock(product: Any, partner: Any, price: str, number: int) -> None:
    StockRecord.objects.create(
        product=product, partner=partner, partner_sku=f"{product.pk}", price=Decimal(price), num_in_stock=number
    )


def _picture(category: str, colour: str) -> Any:
    """A drawn object on a plain ground; kept once, however many pages show it."""
    field = ProductImage._meta.get_field("original")
    name = f"images/products/{category.lower()}-{colour.lstrip('#')}.png"
    if not field.storage.exists(name):
        drawing = Image.new("RGB", (480, 480), "#f4f1ec")
        DRAWN[category](ImageDraw.Draw(drawing), colour)
        content = BytesIO()
        drawing.save(content, "PNG")
        field.storage.save(name, ContentFile(content.getvalue()))
    return name


def _lamp(pen: ImageDraw.ImageDraw, colour: str) -> None:
    pen.ellipse((110, 90, 370, 250), fill=colour)
    pen.rectangle((225, 240, 255, 390), fill=colour)
    pen.ellipse((160, 370, 320, 410), fill=colour)


def _bag(pen: ImageDraw.ImageDraw, colour: str) -> None:
    pen.arc((170, 80, 310, 260), 180, 360, fill=colour, width=16)
    pen.polygon(((110, 180), (370, 180), (400, 400), (80, 400)), fill=colour)


def _cup(pen: ImageDraw.ImageDraw, colour: str) -> None:
    pen.arc((280, 180, 400, 320), 270, 90, fill=colour, width=22)
    pen.rounded_rectangle((120, 150, 320, 380), radius=40, fill=colour)
    pen.ellipse((120, 130, 320, 180), fill="#e4ded3")


DRAWN = {"Lamps": _lamp, "Bags": _bag, "Cups": _cup}


def shelves() -> Iterator[str]:
    """Name what is on the shelves, for who looks at the sandbox by hand."""
    for record in StockRecord.objects.select_related("product", "partner").order_by("product_id", "pk"):
        yield f"{record.product_id}-{record.partner_id}  {record.product.get_title()}  ({record.partner.display_name})"
