from django.urls import path

from carportal.local import views

urlpatterns = [
    path("mail/", views.mail_list, name="local_mail_list"),
    path("mail/<slug:name>/", views.mail, name="local_mail"),
]
