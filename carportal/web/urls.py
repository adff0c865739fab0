from django.urls import path

from carportal.web import views
from carportal.web.mails import views as mails

urlpatterns = [
    path("", views.home, name="home"),
    path("mails/", mails.choices, name="mail_choices"),
    path("mails/snoozed/<uuid:finding_id>/end/", mails.end, name="mail_snooze_end"),
]
