from django.urls import path

from carportal.core import health, inbox_page, operations, records

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("healthz", health.healthz, name="healthz"),
    path("inbox/", inbox_page.inbox, name="inbox"),
    path("inbox/read/", inbox_page.read_all, name="inbox_read"),
    path("inbox/<uuid:pk>/", inbox_page.open_item, name="inbox_item"),
    path("operations/", operations.operations, name="operations"),
    path("records/<slug:aggregate>/<uuid:pk>/remove-name/", records.record_redact, name="record_redact"),
]
