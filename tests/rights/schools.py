"""Who may what with schools and alliances: all of it is the admin's. See table.py."""

ADMIN = """
                    coordinator            superuser              rows
schools_school      view,change            view,change            own
schools_alliance    view,change            view,add,change        own
schools_membership  view,add,change        view,add,change        own
schools_closure     view,add,change,delete view,add,change,delete own
schools_policy      view,add               view,add               own
"""

ADMIN_PAGES = """
                             anonymous others coordinator superuser
admin:schools_closure_usual  in        in     yes         yes
"""
