"""How does one sign in? By a code sent to one's address, with a passkey or an authenticator beside it; no passwords.

Settings of django-allauth, imported by settings.py. Rate limits live in the cache, which is in the database, so that
they hold across workers. Nothing here tells a stranger whether an address has an account."""

from countermark.project import environment as env

ALLAUTH_TRUSTED_PROXY_COUNT = env.count("TRUSTED_PROXIES", 0, least=0)  # whose X-Forwarded-For is believed
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_SIGNUP_FORM_CLASS = "countermark.entrypoints.web.account.forms.Asked"  # beside the address: the name
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True  # who asks for a code and has no account is told so by mail, never on the page
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}  # 3 tries a code
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60  # seconds a code is good for: mail can be slow
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a change of how one signs in is mailed to whom it concerns
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ADAPTER = "countermark.entrypoints.web.account.second_factor.SecondFactor"
ACCOUNT_FORMS = {
    "request_login_code": "countermark.entrypoints.web.account.allauth_forms.CodeForm",
    "signup": "countermark.entrypoints.web.account.allauth_forms.SignupForm",
}
MFA_FORMS = {
    "add_webauthn": "countermark.entrypoints.web.account.allauth_forms.AddPasskeyForm",
    "edit_webauthn": "countermark.entrypoints.web.account.allauth_forms.EditPasskeyForm",
    "activate_totp": "countermark.entrypoints.web.account.allauth_forms.SwitchOnAppForm",
    "authenticate": "countermark.entrypoints.web.account.allauth_forms.SecondStepForm",
    "reauthenticate": "countermark.entrypoints.web.account.allauth_forms.AgainForm",
}
