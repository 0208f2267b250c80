from registration.admin import mail_texts, registrations, seats

__all__ = ["mail_texts", "registrations", "seats"]
