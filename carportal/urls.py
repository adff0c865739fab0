from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("", include("carportal.core.urls")),
    path("", include("stakeholders.urls")),
    path("", include("findings.urls")),
    path("", include("actionplans.urls")),
    path("", include("carportal.web.urls")),
]
if settings.LOCAL_RUN:
    urlpatterns.append(path("local/", include("carportal.local.urls")))
