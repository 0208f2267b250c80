from registration.admin import registrations, seats

__all__ = ["registrations", "seats"]
