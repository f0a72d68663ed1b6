"""Who may what in the bank: all of it is the admin's. See table.py."""

ACTS = """
                           anonymous head home_head stranger manager delegate leader other_leader coordinator own_coordinator other_coordinator observer superuser
admin:bank_account_adjust  in        in   in        in       in      in       in     in           yes         2nd             -                 in       yes
"""  # noqa: E501

ADMIN = """
                  coordinator superuser rows
bank_account      view        view      own
bank_transfer     view        view      own
bank_hold         view        view      own
bank_floorchange  view        view      own
"""

ADMIN_PAGES = """
                           anonymous others coordinator superuser
admin:bank_account_export  in        in     yes         yes
"""
