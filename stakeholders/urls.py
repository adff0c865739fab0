"""The pages of people, organisations and sites, and of allauth those that the portal uses."""

from allauth.account import views as allauth
from django.urls import path, re_path
from django.views.generic import RedirectView

from stakeholders.views import (
    accounts,
    invitations,
    mail,
    organisations,
    parties,
    people,
    relationships,
    reminders,
    sites,
)

urlpatterns = [
    path("accounts/login/", accounts.throttled(allauth.login), name="account_login"),
    path("accounts/logout/", allauth.logout, name="account_logout"),
    path("accounts/inactive/", allauth.account_inactive, name="account_inactive"),
    path(
        "accounts/password/change/",
        accounts.throttled(allauth.password_change),
        name="account_change_password",
    ),
    # Where allauth sends somebody without a password: here they choose one by mail.
    path(
        "accounts/password/set/",
        RedirectView.as_view(pattern_name="account_reset_password"),
        name="account_set_password",
    ),
    path(
        "accounts/password/reset/", accounts.throttled(allauth.password_reset), name="account_reset_password"
    ),
    path("accounts/password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    path(
        "accounts/password/reset/key/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        accounts.throttled(allauth.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("profile/", people.profile, name="profile"),
    path("profile/mail-works/", mail.own_works, name="profile_mail_works"),
    path("organisation/", organisations.own, name="organisation"),
    path("organisation/switch/", organisations.switch, name="organisation_switch"),
    path("organisation/invite/", invitations.invite_to_own, name="invite"),
    path("organisation/reminders/", reminders.overview, name="reminders"),
    path("organisation/reminders/<slug:name>/", reminders.choose, name="reminders_choose"),
    path("organisation/reminders/<slug:name>/usual/", reminders.put_back, name="reminders_put_back"),
    path("organisation/members/<uuid:pk>/role/", people.change_role, name="member_role"),
    path("organisation/members/<uuid:pk>/remove/", people.remove, name="member_remove"),
    path("organisation/members/<uuid:pk>/mail-works/", mail.member_works, name="member_mail_works"),
    path("organisation/invitations/<uuid:pk>/resend/", invitations.resend, name="invitation_resend"),
    path("organisation/invitations/<uuid:pk>/revoke/", invitations.revoke, name="invitation_revoke"),
    path("invitations/<str:token>/", invitations.accept, name="invitation_accept"),
    path("organisations/", organisations.organisation_list, name="organisation_list"),
    path("organisations/invitations/", invitations.prepared, name="invitation_prepared_list"),
    path("organisations/unverified/", parties.party_list, name="party_list"),
    path("organisations/unverified/<uuid:pk>/", parties.party_link, name="party_link"),
    path("organisations/new/", organisations.add, name="organisation_add"),
    path("organisations/<uuid:pk>/", organisations.detail, name="organisation_detail"),
    path("organisations/<uuid:pk>/edit/", organisations.edit, name="organisation_edit"),
    path("organisations/<uuid:pk>/invite/", invitations.invite, name="organisation_invite"),
    path("organisations/<uuid:pk>/sites/new/", sites.add, name="site_add"),
    path("sites/", sites.site_list, name="site_list"),
    path("sites/<uuid:pk>/", sites.detail, name="site"),
    path("sites/<uuid:pk>/edit/", sites.edit, name="site_edit"),
    path("sites/<uuid:site_pk>/customers/add/", relationships.add, name="relationship_add"),
    path("sites/<uuid:site_pk>/customers/<uuid:pk>/", relationships.change, name="relationship_change"),
    path("sites/<uuid:site_pk>/customers/<uuid:pk>/end/", relationships.end, name="relationship_end"),
]
