"""Who may what with people, rights and the own data. See table.py."""

READS = """
                       anonymous head home_head stranger manager delegate leader other_leader coordinator own_coordinator other_coordinator observer superuser
staff:accessibility    yes       yes  yes       yes      yes     yes      yes    yes          yes         yes             yes               yes      yes
staff:privacy          yes       yes  yes       yes      yes     yes      yes    yes          yes         yes             yes               yes      yes
staff:mail             -         -    -         -        -       -        -      -            -           -               -                 -        -
staff:delegates        in        yes  -         -        no      no       -      -            no          no              -                 -        no
staff:my_data          in        yes  yes       yes      yes     yes      yes    yes          yes         yes             yes               yes      yes
staff:my_data_file     in        yes  yes       yes      yes     yes      yes    yes          yes         yes             yes               yes      yes
staff:disclosure       in        -    -         -        -       -        -      -            yes         -               -                 -        -
staff:disclosure_file  in        -    -         -        -       -        -      -            yes         -               -                 -        -
staff:retention        in        no   no        no       no      no       no     no           yes         yes             yes               no       yes
staff:own_calendar     in        yes  yes       yes      yes     yes      yes    yes          yes         yes             yes               yes      yes
staff:calendar_feed    yes       yes  yes       yes      yes     yes      yes    yes          yes         yes             yes               yes      yes
"""  # noqa: E501

ACTS = """
                               anonymous head home_head stranger manager delegate leader other_leader coordinator own_coordinator other_coordinator observer superuser
staff:hand_over                in        yes  -         -        no      no       -      -            no          no              -                 -        no
staff:end_delegation           in        yes  -         -        no      no       -      -            no          no              -                 -        no
staff:disclose                 in        -    -         -        -       -        -      -            yes         yes             -                 -        yes
staff:erase_person             in        -    -         -        -       -        -      -            -           -               -                 -        yes
staff:make_calendar            in        yes  yes       yes      yes     yes      yes    yes          yes         yes             yes               yes      yes
staff:revoke_calendar          in        yes  yes       yes      yes     yes      yes    yes          yes         yes             yes               yes      yes
staff:invite_colleague         in        yes  -         -        no      no       -      -            no          no              -                 -        no
staff:revoke_invitation        in        yes  -         -        no      no       -      -            no          no              -                 -        no
admin:staff_systemleader_verb  in        in   in        in       in      in       in     in           yes         yes             -                 in       yes
"""  # noqa: E501

SIGNING_IN = """
                         anonymous  signed_in
staff:accept_invitation  -   -      -   -
"""

ADMIN = """
                    coordinator     superuser       rows
staff_leadertype    view            view,add,change shared
staff_specialism    view            view,add,change shared
staff_mail          nothing         view            own
staff_person        view,add,change view,add,change own
staff_user          view,change     view,change     own
staff_systemleader  view,add,change view,add,change own
staff_invitation    view,add        view,add        own
"""

ADMIN_PAGES = """
                                 anonymous others coordinator superuser
admin:staff_invitation_many      in        in     yes         yes
admin:staff_invitation_template  in        in     yes         yes
"""
