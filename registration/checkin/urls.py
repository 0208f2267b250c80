from django.urls import path

from registration.checkin import views

app_name = "checkin"

urlpatterns = [path("", views.scanner, name="scanner")]
