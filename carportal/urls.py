from django.conf import settings
from django.urls import include, path

from carportal.core import administration

urlpatterns = [
    path("", include("carportal.core.urls")),
    path("", include("stakeholders.urls")),
    path("", include("findings.urls")),
    path("", include("actionplans.urls")),
    path("", include("carportal.web.urls")),
    path("admin/", administration.site.urls),
]
if settings.LOCAL_RUN:
    urlpatterns.append(path("local/", include("carportal.local.urls")))
