"""Which providers can tell us what became of a mail, and what each of them wants to be set.

Read by the settings: nothing here may import models.
"""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured

# By the name in MAIL_EVENTS_FROM: anymail's view, and the setting that holds the provider's key of signatures.
PROVIDERS: dict[str, tuple[str, str]] = {
    "brevo": ("brevo.BrevoTrackingWebhookView", ""),
    "mailersend": ("mailersend.MailerSendTrackingWebhookView", "MAILERSEND_SIGNING_SECRET"),
    "mailgun": ("mailgun.MailgunTrackingWebhookView", "MAILGUN_WEBHOOK_SIGNING_KEY"),
    "mailjet": ("mailjet.MailjetTrackingWebhookView", ""),
    "mailtrap": ("mailtrap.MailtrapTrackingWebhookView", "MAILTRAP_TRACKING_SECRET"),
    "mandrill": ("mandrill.MandrillCombinedWebhookView", "MANDRILL_WEBHOOK_KEY"),
    "postmark": ("postmark.PostmarkTrackingWebhookView", ""),
    "sparkpost": ("sparkpost.SparkPostTrackingWebhookView", ""),
}


def anymail_settings(provider: str, secret: str, signing_key: str) -> dict[str, object]:
    """ANYMAIL for this provider. Raises ImproperlyConfigured for what is missing, or would let anybody in."""
    if not provider and not secret:
        return {}
    if provider not in PROVIDERS:
        raise ImproperlyConfigured(f"Set MAIL_EVENTS_FROM to one of: {', '.join(PROVIDERS)}.")
    name, _colon, password = secret.partition(":")
    if not name or len(password) < 16:
        raise ImproperlyConfigured("Set MAIL_EVENTS_SECRET to name:password, the password 16 characters or more.")
    setting = PROVIDERS[provider][1]
    if bool(setting) != bool(signing_key):
        wanted = "the key with which it signs events" if setting else "nothing: it signs none"
        raise ImproperlyConfigured(f"For {provider} set MAIL_EVENTS_SIGNING_KEY to {wanted}.")
    return {"WEBHOOK_SECRET": secret, **({setting: signing_key} if setting else {})}
