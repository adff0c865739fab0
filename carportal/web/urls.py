from django.urls import path

from carportal.web import views

urlpatterns = [
    path("", views.home, name="home"),
]
