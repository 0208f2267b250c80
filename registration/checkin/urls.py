from django.urls import path

from registration.checkin import views

app_name = "checkin"

urlpatterns = [
    path("", views.scanner, name="scanner"),
    path("sw.js", views.service_worker, name="service_worker"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
]
