"""Which of allauth's doors are open here? Those of signing in by code; no address here takes or sets a password."""

from allauth.account import views as allauth
from django.urls import include, path

from countermark.entrypoints.web.account import acting_for, keys, organisation, sessions, sign_up, views

urlpatterns = [
    path("", views.account, name="account"),
    path("", views.account, name="account_email"),  # where allauth sends somebody signed in who asks for a code
    path("sessions/", sessions.sessions, name="account-sessions"),
    path("acting/", acting_for.acting_for, name="account-acting"),
    path("keys/", keys.keys, name="account-keys"),
    path("keys/new/", keys.new_key, name="account-key-new"),
    path("keys/<int:pk>/take-back/", keys.revoke_key, name="account-key-revoke"),
    path("sign-in/", sign_up.sign_in, name="account_login"),
    path("sign-in/", sign_up.sign_in, name="account_request_login_code"),
    path("sign-in/", sign_up.sign_in, name="account_reset_password"),  # the way back in is a code
    path("sign-in/code/", allauth.confirm_login_code, name="account_confirm_login_code"),
    path("organisation/", organisation.begin, name="account_organisation"),
    path("organisation/back/", organisation.back, name="account_organisation_back"),
    path("sign-up/", allauth.signup, name="account_signup"),
    path("sign-up/code/", allauth.email_verification_sent, name="account_email_verification_sent"),
    path("sign-out/", allauth.logout, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("two-factor/", include("allauth.mfa.urls")),
]
