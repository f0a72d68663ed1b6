"""Who may what in the exchange. See table.py."""

READS = """
                               anonymous head home_head stranger manager delegate leader other_leader coordinator own_coordinator other_coordinator observer superuser
exchange:school                in        yes  -         -        yes     yes      -      -            yes         yes             -                 -        yes
exchange:requests              in        yes  -         -        yes     yes      -      -            yes         yes             -                 -        yes
exchange:school_details        in        yes  -         -        yes     yes      -      -            yes         yes             -                 -        yes
exchange:school_commissions    in        yes  -         -        yes     yes      -      -            yes         yes             -                 -        yes
exchange:school_charges        in        yes  -         -        yes     yes      -      -            -           -               -                 -        yes
exchange:directory             in        yes  -         -        yes     yes      -      -            yes         yes             -                 -        yes
exchange:leader_page           in        yes  -         -        yes     yes      -      -            yes         yes             -                 -        yes
exchange:our_leaders           in        yes  -         -        yes     yes      -      -            yes         yes             -                 -        yes
exchange:statement             in        yes  -         -        yes     yes      -      -            yes         yes             -                 -        yes
exchange:statement_csv         in        yes  -         -        yes     yes      -      -            yes         yes             -                 -        yes
exchange:statement_sums_csv    in        yes  -         -        yes     yes      -      -            yes         yes             -                 -        yes
exchange:statement_pdf         in        yes  -         -        yes     yes      -      -            yes         yes             -                 -        yes
exchange:alliance              in        -    -         -        -       -        -      -            yes         yes             -                 -        yes
exchange:alliance_requests     in        -    -         -        -       -        -      -            yes         yes             -                 -        yes
exchange:alliance_commissions  in        -    -         -        -       -        -      -            yes         yes             -                 -        yes
exchange:alliance_charges      in        -    -         -        -       -        -      -            yes         yes             -                 -        yes
exchange:concerns              in        -    -         -        -       -        -      -            yes         yes             -                 -        yes
exchange:bank                  in        -    -         -        -       -        -      -            yes         yes             -                 yes      yes
exchange:bank_csv              in        -    -         -        -       -        -      -            yes         yes             -                 yes      yes
exchange:years                 in        -    -         -        -       -        -      -            yes         yes             -                 -        yes
exchange:request               in        yes  -         -        yes     yes      -      -            yes         yes             -                 -        yes
exchange:request_sent          in        yes  -         -        yes     yes      -      -            yes         yes             -                 -        yes
exchange:shortlist             in        no   -         -        no      no       -      -            yes         yes             -                 -        yes
exchange:commission            in        yes  yes       -        yes     yes      yes    -            yes         yes             -                 -        yes
exchange:visit_calendar        in        yes  yes       -        yes     yes      yes    -            yes         yes             -                 -        yes
exchange:charge                in        yes  yes       -        yes     yes      -      -            yes         yes             -                 -        yes
exchange:charge_pdf            in        yes  yes       -        yes     yes      -      -            yes         yes             -                 -        yes
exchange:leader                in        -    -         -        -       -        yes    yes          -           -               -                 -        -
exchange:leader_commissions    in        -    -         -        -       -        yes    yes          -           -               -                 -        -
exchange:who_saw               in        yes  -         -        no      no       -      -            yes         no              -                 -        no
exchange:sighting              in        yes  -         -        -       -        -      -            -           -               -                 -        -
"""  # noqa: E501

ACTS = """
                               anonymous head home_head stranger manager delegate leader other_leader coordinator own_coordinator other_coordinator observer superuser
exchange:start_request         in        yes  -         -        no      no       -      -            no          no              -                 -        no
exchange:ask                   in        yes  -         -        no      no       -      -            -           -               -                 -        no
exchange:ask person            in        yes  -         -        no      no       -      -            -           -               -                 -        no
exchange:check_request         in        yes  -         -        no      no       -      -            -           -               -                 -        no
exchange:answer                in        yes  -         -        no      no       -      -            no          no              -                 -        no
exchange:withdraw              in        yes  -         -        no      no       -      -            no          no              -                 -        no
exchange:ask_package           in        yes  -         -        no      no       -      -            no          no              -                 -        no
exchange:close_request         in        yes  -         -        no      no       -      -            no          no              -                 -        no
exchange:edit_school           in        yes  -         -        no      no       -      -            yes         yes             -                 -        yes
exchange:nominate              in        yes  -         -        no      no       -      -            no          no              -                 -        no
exchange:confirm_safeguarding  in        -    yes       -        -       -        -      -            no          no              -                 -        no
exchange:leader_profile        in        -    -         -        -       -        yes    yes          -           -               -                 -        -
exchange:accept                in        no   no        -        no      no       yes    -            no          no              -                 -        no
exchange:release               in        no   yes       -        no      no       no     -            no          no              -                 -        no
exchange:agree                 in        yes  no        -        no      yes      no     -            no          no              -                 -        no
exchange:decline_offer         in        yes  yes       -        no      yes      yes    -            no          no              -                 -        no
exchange:plan_visit            in        no   no        -        no      no       yes    -            no          no              -                 -        no
exchange:move_visit            in        yes  no        -        no      yes      yes    -            no          no              -                 -        no
exchange:cancel_visit          in        yes  no        -        no      yes      yes    -            no          no              -                 -        no
exchange:log_visit             in        no   no        -        no      no       yes    -            no          no              -                 -        no
exchange:confirm_visit         in        yes  no        -        no      yes      no     -            no          no              -                 -        no
exchange:dispute_visit         in        yes  no        -        no      yes      no     -            no          no              -                 -        no
exchange:propose_variation     in        yes  yes       -        no      yes      yes    -            no          no              -                 -        no
exchange:answer_variation      in        yes  yes       -        no      yes      no     -            no          no              -                 -        no
exchange:pause_work            in        yes  yes       -        no      yes      yes    -            yes         yes             -                 -        yes
exchange:resume_work           in        yes  yes       -        no      yes      yes    -            yes         yes             -                 -        yes
exchange:cancel_work           in        yes  yes       -        no      yes      yes    -            yes         yes             -                 -        yes
exchange:stop_work             in        yes  yes       -        no      yes      yes    -            yes         yes             -                 -        yes
exchange:finish_work           in        no   no        -        no      no       yes    -            no          no              -                 -        no
exchange:report_findings       in        no   no        -        no      no       yes    -            no          no              -                 -        no
exchange:evaluate              in        yes  no        -        no      no       yes    -            no          no              -                 -        no
exchange:triage                in        no   -         -        no      no       -      -            yes         yes             -                 -        yes
exchange:ask_question          in        no   -         -        no      no       -      -            yes         yes             -                 -        yes
exchange:decline_request       in        no   -         -        no      no       -      -            yes         yes             -                 -        yes
exchange:assign                in        no   -         -        no      no       -      -            yes         yes             -                 -        yes
exchange:call_enough           in        no   -         -        no      no       -      -            yes         yes             -                 -        yes
exchange:offer                 in        no   -         -        no      no       -      -            yes         yes             -                 -        yes
exchange:offer_peer            in        no   -         -        no      no       -      -            yes         yes             -                 -        yes
exchange:take_back             in        no   no        -        no      no       no     -            yes         yes             -                 -        yes
exchange:override_limit        in        no   no        -        no      no       no     -            yes         2nd             -                 -        yes
exchange:close_work            in        no   no        -        no      no       no     -            yes         yes             -                 -        yes
exchange:settle_dispute        in        no   no        -        no      no       no     -            yes         2nd             -                 -        yes
exchange:resolve_concern       in        -    -         -        -       -        -      -            yes         yes             -                 -        yes
exchange:grant_opening         in        -    -         -        -       -        -      -            yes         2nd             -                 -        yes
exchange:pay_service           in        -    -         -        -       -        -      -            yes         2nd             -                 -        yes
exchange:credit_hosting        in        -    -         -        -       -        -      -            yes         2nd             -                 -        yes
exchange:give                  in        yes  -         -        no      no       -      -            no          no              -                 -        no
exchange:cover_urgent          in        no   no        -        no      no       no     -            yes         2nd             -                 -        yes
exchange:settle_leaver         in        -    -         -        -       -        -      -            yes         yes             -                 -        yes
exchange:reverse_movement      in        -    -         -        -       -        -      -            yes         yes             -                 -        yes
exchange:close_year            in        -    -         -        -       -        -      -            yes         yes             -                 -        yes
exchange:charge_now            in        no   no        -        no      no       no     -            yes         yes             -                 -        yes
exchange:pay_charge            in        no   no        -        no      no       -      -            yes         2nd             -                 -        yes
exchange:waive_charge          in        no   no        -        no      no       -      -            yes         2nd             -                 -        yes
exchange:show_person           in        yes  -         -        no      no       -      -            yes         no              -                 -        yes
admin:exchange_trade_open      in        in   in        in       in      in       in     in           no          no              no                in       yes
"""  # noqa: E501

#: When an act can be done.
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

ADMIN = """
                         coordinator superuser rows
exchange_tariff          view,add    view,add  own
exchange_trade           nothing     view      own
exchange_supportrequest  view        view      own
exchange_commission      view        view      own
exchange_visit           view        view      own
exchange_evaluation      view        view      own
exchange_concern         view        view      own
exchange_event           view        view      own
"""
