from django.db import migrations


def forward(apps, editor):
    """Whoever the shop was linked to is its admin."""
    member = apps.get_model("parties", "ShopMember")
    sellers = apps.get_model("parties", "Seller").objects.exclude(person=None).select_related("person")
    members = (
        member(seller=one, person=one.person, role="admin", since=one.person.date_joined)
        for one in sellers.order_by("pk").iterator()
    )
    member.objects.bulk_create(members, batch_size=500)


def back(apps, editor):
    """The schema before has room for one person: the admin who came first."""
    seller = apps.get_model("parties", "Seller")
    members = apps.get_model("parties", "ShopMember").objects.order_by("seller", "role", "pk")
    first = {}
    for shop, person in members.values_list("seller_id", "person_id"):
        first.setdefault(shop, person)
    for shop, person in first.items():
        seller.objects.filter(pk=shop).update(person_id=person)


class Migration(migrations.Migration):

    dependencies = [
        ('parties', '0004_shop_members'),
    ]

    operations = [
        migrations.RunPython(forward, back),
    ]
