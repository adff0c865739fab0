from django.urls import path

from carportal.core import health, inbox_page, operations, records
from carportal.core.bounces import views as bounces
from carportal.core.choices import views as choices

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("healthz", health.healthz, name="healthz"),
    path("inbox/", inbox_page.inbox, name="inbox"),
    path("inbox/read/", inbox_page.read_all, name="inbox_read"),
    path("inbox/<uuid:pk>/", inbox_page.open_item, name="inbox_item"),
    path("operations/", operations.operations, name="operations"),
    path("mails/stop/<str:token>/", choices.stop, name="mail_stop"),
    path("operations/addresses/<uuid:pk>/works/", bounces.address_works, name="address_works"),
    path("mail/reports/", bounces.mail_reports, name="mail_reports"),
    path("records/<slug:aggregate>/<uuid:pk>/remove-name/", records.record_redact, name="record_redact"),
]
