"""What do we ask of somebody who signs up, and what may one change about oneself?"""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from countermark.apps.work.moments import PLACES


class Asked(forms.Form):
    """Asked beside the address: the name the other side of a case will read."""

    name = forms.CharField(
        max_length=200,
        label=_("Your name"),
        help_text=_("As it should stand in a declaration, such as Ines Moe."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def signup(self, request: HttpRequest, user: Any) -> None:
        """Called by allauth once the account is made."""
        user.name = self.cleaned_data["name"]
        user.language = request.LANGUAGE_CODE
        user.save(update_fields=["name", "language"])


class AccountForm(forms.Form):
    """What one may change about oneself; the address is changed by an operator, because it proves who one is."""

    name = forms.CharField(max_length=200, label=_("Your name"), widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(label=_("Language of pages and messages"), required=False)
    zone = forms.ChoiceField(
        label=_("Times are shown for"),
        required=False,
        help_text=_("A deadline always says the place its clock runs in, whatever you choose here."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", _("As the browser says")), *settings.LANGUAGES]
        known = [(zone, name) for zone, name in PLACES.items() if zone in available_timezones()]
        self.fields["zone"].choices = [("", _("The marketplace")), *known]
