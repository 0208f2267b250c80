from django.urls import path

from forum.mailbox import views

urlpatterns = [
    path("", views.inbox, name="mailbox"),
    path("<str:key>/", views.mail, name="mailbox_mail"),
    path("<str:key>/html/", views.html, name="mailbox_html"),
    path("<str:key>/parts/<int:number>/", views.part, name="mailbox_part"),
]
