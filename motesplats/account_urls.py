"""`/konto/`: the pages of allauth that exist here. Its names are kept, since allauth looks them up.

This list instead of `include("allauth.urls")`: what is not on it (passwords, sign-up) does not exist.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as spare_codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from allauth.usersessions.views import list_usersessions
from django.urls import path
from django.views.generic import RedirectView

from motesplats import account_views as views
from motesplats import mail_choice_views

to_the_door = RedirectView.as_view(pattern_name="account_login", query_string=True)

urlpatterns = [
    path("", views.account_show, name="account_show"),
    path("logga-in/", views.door, name="account_login"),
    path("kod/ny/", to_the_door, name="account_request_login_code"),
    path("ny/", to_the_door, name="account_signup"),
    path("kod/", account.confirm_login_code, name="account_confirm_login_code"),
    path("logga-ut/", views.leave, name="account_logout"),
    path("stangt/", account.account_inactive, name="account_inactive"),
    path("adress/", views.address_change, name="account_email"),
    path("adress/kod/", account.email_verification_sent, name="account_email_verification_sent"),
    path("mejl/", mail_choice_views.mail_choose, name="mail_choose"),
    path("mejl/stopp/<str:token>/", mail_choice_views.mail_stop, name="mail_stop"),
    path("bekrafta/", views.confirm_presence, name="account_reauthenticate"),
    path("medarbetare/<str:token>/", views.invitation, name="account_invitation"),
    path("enheter/", list_usersessions, name="usersessions_list"),
    path("nyckel/", mfa.index, name="mfa_index"),
    path("nyckel/visa/", mfa.authenticate, name="mfa_authenticate"),
    path("nyckel/bekrafta/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("nyckel/app/", views.connect_app, name="mfa_activate_totp"),
    path("nyckel/app/bort/", app.deactivate_totp, name="mfa_deactivate_totp"),
    path("nyckel/reservkoder/", spare_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("nyckel/reservkoder/nya/", spare_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("nyckel/passnycklar/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("nyckel/passnycklar/ny/", views.add_passkey, name="mfa_add_webauthn"),
    path("nyckel/passnycklar/bekrafta/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("nyckel/passnycklar/logga-in/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("nyckel/passnycklar/<int:pk>/bort/", views.remove_passkey, name="mfa_remove_webauthn"),
    path("nyckel/passnycklar/<int:pk>/namn/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
]
