"""Every address of the site. The only module that knows every app."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.static import serve

from forum import health, views
from forum.outbox import webhooks
from programme.views import drafts, publishing
from programme.views.front_door import front_door
from registration.checkin.api import api as checkin_api
from registration.staff import (
    badges,
    board,
    broadcasts,
    desk,
    desk_acts,
    devices,
    guests,
    live,
    mail,
    paper_list,
    preview,
    walk_ins,
)
from registration.staff.views import home as staff_home
from registration.views import certificate, news, ticket

admin.site.login = secure_admin_login(admin.site.login)
handler400, handler500 = views.bad_request, views.server_error

urlpatterns = [
    path("", front_door, name="front_door"),
    path("t/<str:token>/", ticket.link, name="ticket_link"),
    path("u/<str:token>/", news.end, name="end_news"),
    path("c/", certificate.find, name="find_certificate"),
    path("c/<str:code>/", certificate.check, name="check_certificate"),
    *webhooks.urls(),
    path("drafts/<str:token>/", drafts.link, name="drafts_link"),
    path("accounts/", include("allauth.urls")),
    path("checkin/", include("registration.checkin.urls")),
    path("staff/", staff_home, name="staff_home"),
    path("staff/mail/", mail.mail, name="staff_mail"),
    path("staff/mail/probe/", mail.send_probe, name="mail_probe"),
    path("staff/preview/", preview.choose, name="preview"),
    path("staff/preview/end/", preview.end, name="end_preview"),
    path("staff/programme/", publishing.current, name="publishing_current"),
    path("staff/programme/<slug:edition>/", publishing.overview, name="publishing"),
    path("staff/programme/<slug:edition>/sessions/<int:pk>/", publishing.one, name="publish_one"),
    path("staff/programme/<slug:edition>/again/<int:number>/", publishing.again, name="publish_again"),
    path("staff/mails/", broadcasts.overview, name="broadcasts"),
    path("staff/mails/new/<slug:edition>/", broadcasts.new, name="new_broadcast"),
    path("staff/mails/<int:pk>/", broadcasts.broadcast, name="broadcast"),
    path("staff/mails/<int:pk>/edit/", broadcasts.edit, name="edit_broadcast"),
    path("staff/mails/<int:pk>/people/", broadcasts.affected, name="broadcast_people"),
    path("staff/mails/<int:pk>/test/", broadcasts.test, name="test_broadcast"),
    path("staff/mails/<int:pk>/confirm/", broadcasts.confirm, name="confirm_broadcast"),
    path("staff/mails/<int:pk>/preview/<str:language>/", broadcasts.preview, name="preview_broadcast"),
    re_path(r"^staff/mails/(?P<pk>\d+)/(?P<act>pause|resume|cancel)/$", broadcasts.steer, name="steer_broadcast"),
    path("staff/desk/", desk.search, name="desk"),
    path("staff/desk/walk-in/", walk_ins.walk_in, name="walk_in"),
    path("staff/desk/telephone/", walk_ins.telephone, name="telephone"),
    path("staff/desk/<str:public_id>/", desk.person, name="desk_person"),
    path("staff/desk/<str:public_id>/ticket/", desk.ticket, name="desk_ticket"),
    path("staff/desk/<str:public_id>/ticket.pdf", desk.pdf, name="desk_pdf"),
    path("staff/desk/<str:public_id>/check-in/", desk_acts.check_in, name="desk_check_in"),
    path("staff/desk/<str:public_id>/join/", desk_acts.join, name="desk_join"),
    path("staff/desk/<str:public_id>/undo/", desk_acts.undo, name="desk_undo"),
    path("staff/desk/<str:public_id>/override/", desk_acts.override, name="desk_override"),
    path("staff/desk/<str:public_id>/mail/", desk_acts.mail, name="desk_mail"),
    path("staff/guests/", guests.overview, name="guests"),
    path("staff/guests/list/", guests.many, name="guest_list"),
    path("staff/guests/make/<str:public_id>/", guests.make_guest, name="make_guest"),
    path("staff/guests/speakers/<int:pk>/", guests.invite, name="invite_speaker"),
    path("staff/devices/", devices.overview, name="devices"),
    path("staff/devices/<uuid:device>/", devices.one, name="device"),
    path("staff/devices/<uuid:device>/code/", devices.offer, name="offer_device"),
    path("staff/devices/<uuid:device>/revoke/", devices.revoke, name="revoke_device"),
    path("staff/devices/<uuid:device>/order/", devices.order, name="order_device"),
    path("staff/board/", board.board, name="board"),
    path("staff/board/<slug:edition>/day-<int:number>/by-<str:order>.pdf", paper_list.by, name="paper_list"),
    path("staff/badges/", badges.many, name="badges"),
    path("staff/badges/<str:public_id>.pdf", badges.one, name="badge"),
    path("staff/live/<slug:edition>/", live.today, name="staff_live"),
    path("staff/live/<slug:edition>/day-<int:number>/", live.day, name="staff_live_day"),
    path("staff/live/<slug:edition>/day-<int:number>/start/", live.start, name="staff_live_start"),
    path("staff/live/<slug:edition>/day-<int:number>/delay/", live.delay, name="staff_live_delay"),
    path("staff/live/<slug:edition>/day-<int:number>/words/", live.words, name="staff_live_words"),
    path("staff/live/<slug:edition>/day-<int:number>/beginning/", live.beginning, name="staff_live_beginning"),
    path(
        "staff/live/<slug:edition>/day-<int:number>/recording/<slug:language>/",
        live.recording,
        name="staff_live_recording",
    ),
    path("admin/", admin.site.urls),
    path("api/checkin/", checkin_api.urls),
    path("language/", include("django.conf.urls.i18n")),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("robots.txt", views.robots),
]

if settings.DEVELOPMENT:
    urlpatterns.append(path("dev/mail/", include("forum.mailbox.urls")))
    # In production the server in front answers for uploads (deploy/nginx.conf).
    urlpatterns.append(path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}, name="media"))

# Registration comes first: its fixed words would otherwise be taken for an edition's slug.
urlpatterns += i18n_patterns(path("", include("registration.urls")), path("", include("programme.urls")))
