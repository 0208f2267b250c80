"""Registration's pages, below the language prefix. `/t/<token>/` stands outside it (forum/urls.py)."""

from django.urls import path

from registration.views import (
    address,
    certificate,
    done,
    interest,
    manage,
    my,
    privacy,
    resend,
    rights,
    sign_in,
    sign_up,
    ticket,
)

app_name = "registration"

urlpatterns = [
    path("privacy/", privacy.privacy, name="privacy"),
    path("my/", my.my, name="my"),
    path("my/download/", my.download, name="my_download"),
    path("my/delete/", my.delete, name="delete_account"),
    path("my/sign-in/", sign_in.address, name="sign_in"),
    path("my/sign-in/code/", sign_in.code, name="sign_in_code"),
    path("my/sign-out/", sign_in.sign_out, name="sign_out"),
    path("ticket/address/<str:token>/", address.confirm, name="confirm_address"),
    path("ticket/<str:public_id>/", ticket.ticket, name="ticket"),
    path("ticket/<str:public_id>/edit/", manage.edit, name="edit"),
    path("ticket/<str:public_id>/email/", address.ask, name="email"),
    path("ticket/<str:public_id>/offer/", manage.offer, name="offer"),
    path("ticket/<str:public_id>/coming/", manage.coming, name="coming"),
    path("ticket/<str:public_id>/data/", rights.data, name="data"),
    path("ticket/<str:public_id>/data/download/", rights.download, name="download"),
    path("ticket/<str:public_id>/data/consent/", rights.answer_consent, name="answer_consent"),
    path("ticket/<str:public_id>/data/erase/", rights.erase, name="erase"),
    path("ticket/<str:public_id>/undo/", manage.undo, name="undo"),
    path("ticket/<str:public_id>/replace-link/", manage.replace_link, name="replace_link"),
    path("ticket/<str:public_id>/mail-again/", ticket.mail_again, name="mail_again"),
    path("ticket/<str:public_id>/cancel/", ticket.cancel, name="cancel"),
    path("ticket/<str:public_id>/ticket.ics", ticket.calendar, name="calendar"),
    path("ticket/<str:public_id>/ticket.pdf", ticket.pdf, name="pdf"),
    path("ticket/<str:public_id>/certificate.pdf", certificate.pdf, name="certificate"),
    path("ticket/<str:public_id>/qr.png", ticket.qr_png, name="qr_png"),
    path("<edition:edition>/register/", sign_up.form, name="form"),
    path("<edition:edition>/register/check/", sign_up.check, name="check"),
    path("<edition:edition>/register/done/", sign_up.done, name="done"),
    path("<edition:edition>/register/done/address/", done.address, name="done_address"),
    path("<edition:edition>/register/tell-me/", interest.ask, name="ask_interest"),
    path("<edition:edition>/register/tell-me/<str:token>/", interest.confirm, name="confirm_interest"),
    path("<edition:edition>/register/tell-me/<str:token>/withdraw/", interest.withdraw, name="withdraw_interest"),
    path("<edition:edition>/tickets/resend/", resend.resend, name="resend"),
]
