from django.urls import path

from carportal.web import views
from carportal.web.dashboard import views as dashboard
from carportal.web.mails import views as mails

urlpatterns = [
    path("", views.home, name="home"),
    path("dashboard/pdf/", dashboard.dashboard_pdf, name="dashboard_pdf"),
    path("dashboard/excel/", dashboard.dashboard_excel, name="dashboard_excel"),
    path("outstanding/", views.outstanding, name="outstanding"),
    path("mails/", mails.choices, name="mail_choices"),
    path("mails/snoozed/<uuid:finding_id>/end/", mails.end, name="mail_snooze_end"),
]
