"""Registration's pages, below the language prefix. `/t/<token>/` stands outside it (forum/urls.py)."""

from django.urls import path

from registration.views import privacy, resend, sign_up, ticket

app_name = "registration"

urlpatterns = [
    path("privacy/", privacy.privacy, name="privacy"),
    path("ticket/<str:public_id>/", ticket.ticket, name="ticket"),
    path("ticket/<str:public_id>/cancel/", ticket.cancel, name="cancel"),
    path("ticket/<str:public_id>/ticket.ics", ticket.calendar, name="calendar"),
    path("ticket/<str:public_id>/qr.png", ticket.qr_png, name="qr_png"),
    path("<slug:edition>/register/", sign_up.form, name="form"),
    path("<slug:edition>/register/check/", sign_up.check, name="check"),
    path("<slug:edition>/register/done/", sign_up.done, name="done"),
    path("<slug:edition>/tickets/resend/", resend.resend, name="resend"),
]
