"""Who may what on the pages of no app of ours: the first page, signing in (allauth), the admin's own. See table.py."""

READS = """
      anonymous head home_head stranger manager delegate leader other_leader coordinator own_coordinator other_coordinator observer superuser
home  in        on   on        on       on      on       on     on           on          on              on                on       yes
"""  # noqa: E501

SIGNING_IN = """
                                      anonymous  signed_in
account_login                         yes yes    on  on
account_logout                        on  on     yes on
account_signup                        yes yes    on  on
account_inactive                      yes way    yes way
account_reauthenticate                in  in     yes yes
account_email                         in  in     yes on
account_email_verification_sent       yes way    yes way
account_confirm_email                 yes -      yes -
account_change_password               in  in     yes yes
account_set_password                  in  in     on  on
account_reset_password                yes yes    yes yes
account_reset_password_done           yes way    yes way
account_reset_password_from_key       yes yes    yes yes
account_reset_password_from_key_done  yes way    yes way
account_confirm_login_code            in  in     on  on
mfa_index                             in  in     yes way
mfa_authenticate                      in  in     on  on
mfa_reauthenticate                    in  in     on  on
mfa_activate_totp                     in  in     on  on
mfa_deactivate_totp                   in  in     -   -
mfa_view_recovery_codes               in  in     -   way
mfa_generate_recovery_codes           in  in     on  on
mfa_download_recovery_codes           in  in     -   -
mfa_list_webauthn                     in  in     yes way
mfa_add_webauthn                      in  in     on  on
mfa_edit_webauthn                     in  in     on  on
mfa_remove_webauthn                   in  in     on  on
mfa_login_webauthn                    in  in     on  on
mfa_reauthenticate_webauthn           in  in     on  on
usersessions_list                     in  in     yes on
account_request_login_code            yes yes    on  on
socialaccount_connections             in  in     yes yes
socialaccount_login_cancelled         yes way    yes way
socialaccount_login_error             in  in     401 way
socialaccount_signup                  in  in     in  in
openid_connect_login                  -   -      -   -
openid_connect_callback               -   -      -   -
"""

ADMIN = """
                             coordinator superuser   rows
account_emailaddress         nothing     view        own
mfa_authenticator            nothing     view,delete own
usersessions_usersession     nothing     view,delete own
socialaccount_socialaccount  nothing     view,delete own
"""

ADMIN_PAGES = """
                            anonymous others coordinator superuser
admin:index                 in        in     yes         yes
admin:login                 in        no     on          on
admin:logout                in        on     way         way
admin:password_change       in        in     on          on
admin:password_change_done  in        in     yes         yes
admin:autocomplete          in        in     no          no
admin:jsi18n                in        in     yes         yes
admin:app_list              in        in     yes         yes
"""

#: Addresses that allauth had once, and sends on from.
FORMER = [f"accounts/social/{page}/" for page in ("connections", "login/cancelled", "login/error", "signup")]
