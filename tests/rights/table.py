"""The table of rights: one line for each URL, one cell for each role. It is the specification.

A new URL needs a line here, or test_f27_matrix.py fails and names it:

- a page that is only read: a line in READS, and its address in addresses.py;
- a form that acts: a line in ACTS; its address and data stand in tests/exchange/acts.py;
- a page of allauth's: a line in SIGNING_IN; a model in the admin: a line in ADMIN.

Then print docs/rights.md anew: `python -m tests.rights.page`.
"""

#: The columns of the table, and who they are. A is the asking school, B the home school of the leader.
ROLES = {
    "anonymous": "not signed in",
    "head": "headteacher of A, the asking school",
    "home_head": "headteacher of B, the leader's home school",
    "stranger": "headteacher of C, a member school with no part in it",
    "manager": "business manager of A",
    "delegate": "delegate at A, to whom the head handed over to agree and to confirm",
    "leader": "the system leader of the work",
    "other_leader": "a system leader of another school",
    "coordinator": "coordinator of the alliance",
    "own_coordinator": "coordinator of the alliance who works at A",
    "other_coordinator": "coordinator of another alliance",
    "observer": "of the alliance's steering group",
    "superuser": "superuser",
}

#: The words of the cells:
#:  yes  may: the page opens, the act is done         in   is sent to the sign-in page
#:  no   403: sees it, and may not                    on   is sent to another page
#:  -    404: for this person it is not there         way  405: not in this way
#:  2nd  is told that another coordinator has to do it

# The portal ------------------------------------------------------------------------------------

READS = """
                                anonymous head home_head stranger manager delegate leader other_leader coordinator own_coordinator other_coordinator observer superuser
home                            in        on   on        on       on      on       on     on           on          on              on                on       yes
staff:accessibility             yes       yes  yes       yes      yes     yes      yes    yes          yes         yes             yes               yes      yes
staff:privacy                   yes       yes  yes       yes      yes     yes      yes    yes          yes         yes             yes               yes      yes
staff:mail                      -         -    -         -        -       -        -      -            -           -               -                 -        -
exchange:school                 in        yes  -         -        yes     yes      -      -            yes         yes             -                 -        yes
exchange:requests               in        yes  -         -        yes     yes      -      -            yes         yes             -                 -        yes
exchange:school_details         in        yes  -         -        yes     yes      -      -            yes         yes             -                 -        yes
exchange:school_commissions     in        yes  -         -        yes     yes      -      -            yes         yes             -                 -        yes
exchange:school_charges         in        yes  -         -        yes     yes      -      -            -           -               -                 -        yes
exchange:directory              in        yes  -         -        yes     yes      -      -            yes         yes             -                 -        yes
exchange:leader_page            in        yes  -         -        yes     yes      -      -            yes         yes             -                 -        yes
exchange:our_leaders            in        yes  -         -        yes     yes      -      -            yes         yes             -                 -        yes
staff:delegates              in        yes  -         -        no      no       -      -            no          no              -                 -        no
exchange:statement              in        yes  -         -        yes     yes      -      -            yes         yes             -                 -        yes
exchange:statement_csv          in        yes  -         -        yes     yes      -      -            yes         yes             -                 -        yes
exchange:statement_sums_csv     in        yes  -         -        yes     yes      -      -            yes         yes             -                 -        yes
exchange:statement_pdf          in        yes  -         -        yes     yes      -      -            yes         yes             -                 -        yes
exchange:alliance               in        -    -         -        -       -        -      -            yes         yes             -                 -        yes
exchange:alliance_requests      in        -    -         -        -       -        -      -            yes         yes             -                 -        yes
exchange:alliance_commissions   in        -    -         -        -       -        -      -            yes         yes             -                 -        yes
exchange:alliance_charges       in        -    -         -        -       -        -      -            yes         yes             -                 -        yes
exchange:concerns               in        -    -         -        -       -        -      -            yes         yes             -                 -        yes
exchange:bank                   in        -    -         -        -       -        -      -            yes         yes             -                 yes      yes
exchange:bank_csv               in        -    -         -        -       -        -      -            yes         yes             -                 yes      yes
exchange:years                  in        -    -         -        -       -        -      -            yes         yes             -                 -        yes
exchange:request                in        yes  -         -        yes     yes      -      -            yes         yes             -                 -        yes
exchange:request_sent           in        yes  -         -        yes     yes      -      -            yes         yes             -                 -        yes
exchange:shortlist              in        no   -         -        no      no       -      -            yes         yes             -                 -        yes
exchange:commission             in        yes  yes       -        yes     yes      yes    -            yes         yes             -                 -        yes
exchange:visit_calendar         in        yes  yes       -        yes     yes      yes    -            yes         yes             -                 -        yes
exchange:charge                 in        yes  yes       -        yes     yes      -      -            yes         yes             -                 -        yes
exchange:charge_pdf             in        yes  yes       -        yes     yes      -      -            yes         yes             -                 -        yes
exchange:leader                 in        -    -         -        -       -        yes    yes          -           -               -                 -        -
exchange:leader_commissions     in        -    -         -        -       -        yes    yes          -           -               -                 -        -
staff:my_data                in        yes  yes       yes      yes     yes      yes    yes          yes         yes             yes               yes      yes
staff:my_data_file           in        yes  yes       yes      yes     yes      yes    yes          yes         yes             yes               yes      yes
exchange:who_saw                in        yes  -         -        no      no       -      -            yes         no              -                 -        no
exchange:sighting               in        yes  -         -        -       -        -      -            -           -               -                 -        -
staff:disclosure             in        -    -         -        -       -        -      -            yes         -               -                 -        -
staff:disclosure_file        in        -    -         -        -       -        -      -            yes         -               -                 -        -
staff:retention              in        no   no        no       no      no       no     no           yes         yes             yes               no       yes
staff:own_calendar           in        yes  yes       yes      yes     yes      yes    yes          yes         yes             yes               yes      yes
staff:calendar_feed          yes       yes  yes       yes      yes     yes      yes    yes          yes         yes             yes               yes      yes
"""  # noqa: E501

ACTS = """
                                anonymous head home_head stranger manager delegate leader other_leader coordinator own_coordinator other_coordinator observer superuser
exchange:start_request          in        yes  -         -        no      no       -      -            no          no              -                 -        no
exchange:ask                    in        yes  -         -        no      no       -      -            -           -               -                 -        no
exchange:ask person             in        yes  -         -        no      no       -      -            -           -               -                 -        no
exchange:check_request          in        yes  -         -        no      no       -      -            -           -               -                 -        no
exchange:answer                 in        yes  -         -        no      no       -      -            no          no              -                 -        no
exchange:withdraw               in        yes  -         -        no      no       -      -            no          no              -                 -        no
exchange:ask_package            in        yes  -         -        no      no       -      -            no          no              -                 -        no
exchange:close_request          in        yes  -         -        no      no       -      -            no          no              -                 -        no
exchange:edit_school            in        yes  -         -        no      no       -      -            yes         yes             -                 -        yes
exchange:nominate               in        yes  -         -        no      no       -      -            no          no              -                 -        no
exchange:confirm_safeguarding   in        -    yes       -        -       -        -      -            no          no              -                 -        no
staff:hand_over              in        yes  -         -        no      no       -      -            no          no              -                 -        no
staff:end_delegation         in        yes  -         -        no      no       -      -            no          no              -                 -        no
exchange:leader_profile         in        -    -         -        -       -        yes    yes          -           -               -                 -        -
exchange:accept                 in        no   no        -        no      no       yes    -            no          no              -                 -        no
exchange:release                in        no   yes       -        no      no       no     -            no          no              -                 -        no
exchange:agree                  in        yes  no        -        no      yes      no     -            no          no              -                 -        no
exchange:decline_offer          in        yes  yes       -        no      yes      yes    -            no          no              -                 -        no
exchange:plan_visit             in        no   no        -        no      no       yes    -            no          no              -                 -        no
exchange:move_visit             in        yes  no        -        no      yes      yes    -            no          no              -                 -        no
exchange:cancel_visit           in        yes  no        -        no      yes      yes    -            no          no              -                 -        no
exchange:log_visit              in        no   no        -        no      no       yes    -            no          no              -                 -        no
exchange:confirm_visit          in        yes  no        -        no      yes      no     -            no          no              -                 -        no
exchange:dispute_visit          in        yes  no        -        no      yes      no     -            no          no              -                 -        no
exchange:propose_variation      in        yes  yes       -        no      yes      yes    -            no          no              -                 -        no
exchange:answer_variation       in        yes  yes       -        no      yes      no     -            no          no              -                 -        no
exchange:pause_work             in        yes  yes       -        no      yes      yes    -            yes         yes             -                 -        yes
exchange:resume_work            in        yes  yes       -        no      yes      yes    -            yes         yes             -                 -        yes
exchange:cancel_work            in        yes  yes       -        no      yes      yes    -            yes         yes             -                 -        yes
exchange:stop_work              in        yes  yes       -        no      yes      yes    -            yes         yes             -                 -        yes
exchange:finish_work            in        no   no        -        no      no       yes    -            no          no              -                 -        no
exchange:report_findings        in        no   no        -        no      no       yes    -            no          no              -                 -        no
exchange:evaluate               in        yes  no        -        no      no       yes    -            no          no              -                 -        no
exchange:triage                 in        no   -         -        no      no       -      -            yes         yes             -                 -        yes
exchange:ask_question           in        no   -         -        no      no       -      -            yes         yes             -                 -        yes
exchange:decline_request        in        no   -         -        no      no       -      -            yes         yes             -                 -        yes
exchange:assign                 in        no   -         -        no      no       -      -            yes         yes             -                 -        yes
exchange:call_enough            in        no   -         -        no      no       -      -            yes         yes             -                 -        yes
exchange:offer                  in        no   -         -        no      no       -      -            yes         yes             -                 -        yes
exchange:offer_peer             in        no   -         -        no      no       -      -            yes         yes             -                 -        yes
exchange:take_back              in        no   no        -        no      no       no     -            yes         yes             -                 -        yes
exchange:override_limit         in        no   no        -        no      no       no     -            yes         2nd             -                 -        yes
exchange:close_work             in        no   no        -        no      no       no     -            yes         yes             -                 -        yes
exchange:settle_dispute         in        no   no        -        no      no       no     -            yes         2nd             -                 -        yes
exchange:resolve_concern        in        -    -         -        -       -        -      -            yes         yes             -                 -        yes
exchange:grant_opening          in        -    -         -        -       -        -      -            yes         2nd             -                 -        yes
exchange:pay_service            in        -    -         -        -       -        -      -            yes         2nd             -                 -        yes
exchange:credit_hosting         in        -    -         -        -       -        -      -            yes         2nd             -                 -        yes
exchange:give                   in        yes  -         -        no      no       -      -            no          no              -                 -        no
exchange:cover_urgent           in        no   no        -        no      no       no     -            yes         2nd             -                 -        yes
exchange:settle_leaver          in        -    -         -        -       -        -      -            yes         yes             -                 -        yes
exchange:reverse_movement       in        -    -         -        -       -        -      -            yes         yes             -                 -        yes
exchange:close_year             in        -    -         -        -       -        -      -            yes         yes             -                 -        yes
exchange:charge_now             in        no   no        -        no      no       no     -            yes         yes             -                 -        yes
exchange:pay_charge             in        no   no        -        no      no       -      -            yes         2nd             -                 -        yes
exchange:waive_charge           in        no   no        -        no      no       -      -            yes         2nd             -                 -        yes
exchange:show_person            in        yes  -         -        no      no       -      -            yes         no              -                 -        yes
staff:disclose               in        -    -         -        -       -        -      -            yes         yes             -                 -        yes
staff:erase_person           in        -    -         -        -       -        -      -            -           -               -                 -        yes
staff:make_calendar          in        yes  yes       yes      yes     yes      yes    yes          yes         yes             yes               yes      yes
staff:revoke_calendar        in        yes  yes       yes      yes     yes      yes    yes          yes         yes             yes               yes      yes
staff:invite_colleague       in        yes  -         -        no      no       -      -            no          no              -                 -        no
staff:revoke_invitation      in        yes  -         -        no      no       -      -            no          no              -                 -        no
admin:exchange_trade_open       in        in   in        in       in      in       in     in           no          no              no                in       yes
admin:bank_account_adjust   in        in   in        in       in      in       in     in           yes         2nd             -                 in       yes
admin:staff_systemleader_verb   in        in   in        in       in      in       in     in           yes         yes             -                 in       yes
"""  # noqa: E501

#: When an act can be done. In every other state whoever may is told that it is too late, or too early (409).
STATES = """
commission  offered agreed active paused delivered closed declined
request     draft submitted clarification open matched declined
visit       planned logged confirmed disputed no_show
charge      due paid waived
concern     open resolved
variation   proposed accepted

exchange:accept             commission  offered
exchange:release            commission  offered
exchange:agree              commission  offered
exchange:decline_offer      commission  offered
exchange:take_back          commission  offered
exchange:override_limit     commission  offered
exchange:pause_work         commission  agreed active
exchange:resume_work        commission  paused
exchange:cancel_work        commission  agreed paused
exchange:stop_work          commission  active
exchange:finish_work        commission  active
exchange:evaluate           commission  delivered
exchange:close_work         commission  delivered
exchange:check_request      request     draft
exchange:triage             request     submitted
exchange:ask_question       request     submitted
exchange:answer             request     clarification
exchange:withdraw           request     draft submitted clarification open
exchange:decline_request    request     submitted clarification open
exchange:assign             request     submitted clarification open matched
exchange:move_visit         visit       planned
exchange:cancel_visit       visit       planned
exchange:log_visit          visit       planned
exchange:confirm_visit      visit       logged
exchange:dispute_visit      visit       logged confirmed
exchange:settle_dispute     visit       disputed
exchange:answer_variation   variation   proposed
exchange:pay_charge         charge      due
exchange:waive_charge       charge      due
exchange:resolve_concern    concern     open
"""

# Signing in (allauth) --------------------------------------------------------------------------

#: Reading (GET) and sending (an empty POST), first for who is not signed in, then for who is.
SIGNING_IN = """
                                      anonymous       signed_in
account_login                         yes yes         on  on
account_logout                        on  on          yes on
account_signup                        yes yes         on  on
account_inactive                      yes way         yes way
account_reauthenticate                in  in          yes yes
account_email                         in  in          yes on
account_email_verification_sent       yes way         yes way
account_confirm_email                 yes -           yes -
account_change_password               in  in          yes yes
account_set_password                  in  in          on  on
account_reset_password                yes yes         yes yes
account_reset_password_done           yes way         yes way
account_reset_password_from_key       yes yes         yes yes
account_reset_password_from_key_done  yes way         yes way
account_confirm_login_code            in  in          on  on
mfa_index                             in  in          yes way
mfa_authenticate                      in  in          on  on
mfa_reauthenticate                    in  in          on  on
mfa_activate_totp                     in  in          on  on
mfa_deactivate_totp                   in  in          -   -
mfa_view_recovery_codes               in  in          -   way
mfa_generate_recovery_codes           in  in          on  on
mfa_download_recovery_codes           in  in          -   -
mfa_list_webauthn                     in  in          yes way
mfa_add_webauthn                      in  in          on  on
mfa_edit_webauthn                     in  in          on  on
mfa_remove_webauthn                   in  in          on  on
mfa_login_webauthn                    in  in          on  on
mfa_reauthenticate_webauthn           in  in          on  on
usersessions_list                     in  in          yes on
account_request_login_code            yes yes         on  on
socialaccount_connections             in  in          yes yes
socialaccount_login_cancelled         yes way         yes way
socialaccount_login_error             in  in          401 way
socialaccount_signup                  in  in          in  in
openid_connect_login                  -   -           -   -
openid_connect_callback               -   -           -   -
staff:accept_invitation               -   -           -   -
"""

#: Addresses that allauth had once, and sends on from.
FORMER = [f"accounts/social/{page}/" for page in ("connections", "login/cancelled", "login/error", "signup")]

# The admin -------------------------------------------------------------------------------------

#: What coordinators and superusers may do to the rows of a model. A coordinator sees rows of the own alliances
#: only, where they are not marked as shared by all; everybody else is sent to sign in.
ADMIN = """
                          coordinator             superuser               rows
staff_leadertype          view                    view,add,change         shared
staff_specialism          view                    view,add,change         shared
staff_mail                nothing                 view                    own
staff_person              view,add,change         view,add,change         own
staff_user                view,change             view,change             own
staff_systemleader        view,add,change         view,add,change         own
schools_school            view,change             view,change             own
schools_alliance          view,change             view,add,change         own
schools_membership        view,add,change         view,add,change         own
schools_closure           view,add,change,delete  view,add,change,delete  own
schools_policy            view,add                view,add                own
bank_account          view                    view                    own
exchange_tariff           view,add                view,add                own
exchange_trade            nothing                 view                    own
bank_transfer         view                    view                    own
bank_hold             view                    view                    own
bank_floorchange      view                    view                    own
exchange_supportrequest   view                    view                    own
exchange_commission       view                    view                    own
exchange_visit            view                    view                    own
exchange_evaluation       view                    view                    own
exchange_concern          view                    view                    own
exchange_event            view                    view                    own
account_emailaddress      nothing                 view                    own
mfa_authenticator         nothing                 view,delete             own
usersessions_usersession  nothing                 view,delete             own
staff_invitation          view,add                view,add                own
socialaccount_socialaccount nothing               view,delete             own
"""

#: The admin's own pages: coordinators and superusers alike; everybody else is sent to sign in.
ADMIN_PAGES = """
                            anonymous  others  coordinator  superuser
admin:index                 in         in      yes          yes
admin:login                 in         no      on           on
admin:logout                in         on      way          way
admin:password_change       in         in      on           on
admin:password_change_done  in         in      yes          yes
admin:autocomplete          in         in      no           no
admin:jsi18n                in         in      yes          yes
admin:app_list              in         in      yes          yes
admin:staff_invitation_many    in      in      yes          yes
admin:staff_invitation_template in     in      yes          yes
admin:bank_account_export  in      in      yes          yes
admin:schools_closure_usual in         in      yes          yes
"""


def rows(text):
    """{name: {heading: cell}}, of a table whose first line has the headings."""
    headings, *lines = [line for line in text.splitlines() if line.strip()]
    headings, found = headings.split(), {}
    for line in lines:
        words = line.split()
        name = " ".join(words[: len(words) - len(headings)])
        found[name] = dict(zip(headings, words[-len(headings) :], strict=True))
    return found


def reads():
    return rows(READS)


def acts():
    return rows(ACTS)


def admin_models():
    return {
        name: {who: set(cell.split(",")) - {"nothing"} if who != "rows" else cell for who, cell in row.items()}
        for name, row in rows(ADMIN).items()
    }


def admin_pages():
    return rows(ADMIN_PAGES)


def signing_in():
    """{name: (anonymous reads, anonymous sends, signed in reads, signed in sends)}."""
    return {words[0]: tuple(words[1:]) for words in map(str.split, SIGNING_IN.splitlines()) if len(words) == 5}


def states():
    """{thing: its states} and {act: (thing, the states in which it can be done)}."""
    things, verbs = {}, {}
    for words in filter(None, map(str.split, STATES.splitlines())):
        if ":" in words[0]:
            verbs[words[0]] = words[1], set(words[2:])
        else:
            things[words[0]] = words[1:]
    return things, verbs


assert all(set(row) == set(ROLES) for table in (reads(), acts()) for row in table.values())
