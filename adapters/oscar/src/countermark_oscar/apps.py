"""What happens when the shop starts: the holds are taken, and the one setting is checked."""

from django.apps import AppConfig

from countermark_oscar import checks


class CountermarkConfig(AppConfig):
    """Stands after the apps of oscar in INSTALLED_APPS: what it takes hold of has to be there."""

    name = "countermark_oscar"
    label = "countermark"
    verbose_name = "Countermark"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from countermark_oscar import holds  # what it takes hold of are models, which are there only now

        checks.register_all()
        holds.take_all()
