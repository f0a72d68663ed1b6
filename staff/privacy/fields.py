"""The fields of staff, of Django and of allauth."""

from portal.personal import NOBODY, classify, people

PERSON = "while the person works with the alliance, and two years after the last role or post; then by pseudonym"
SIGN_IN = "as long as the sign-in"

people.register("staff.User", "user")
people.register("staff.Person", "person")
people.register("staff.SystemLeader", "leader")

# People ------------------------------------------------------------------------------------------

classify(
    "staff.Person",
    "Name and contact",
    kept=PERSON,
    rows={"pk": "person_id"},
    none="id",
    name="name",
    empty="email telephone",
    fact="added_at",
)
classify("staff.Post", "Posts", kept=PERSON, who="person", fact="school title starts_on ends_on", none="id")
classify(
    "staff.User", "Sign-in", kept=PERSON, rows={"pk": "user_id"}, none="id", address="email", who="person",
    hidden="password", fact="last_login date_joined is_active is_staff is_superuser",
)  # fmt: skip
classify("staff.User_groups", "Groups", kept=SIGN_IN, who="user", fact="group", none="id", is_deleted=True)
classify(
    "staff.User_user_permissions",
    "Permissions",
    kept=SIGN_IN,
    who="user",
    fact="permission",
    none="id",
    is_deleted=True,
)
classify(
    "staff.Role", "Roles and delegations", kept=PERSON, who="user delegated_by ended_by", none="id",
    fact="kind school alliance starts_on ends_on rights ended_at",
    parts={"rights": "is_delegate"},
)  # fmt: skip
classify("staff.LeaderType", "Types of leader", kept=NOBODY, none="id code name is_active")
classify("staff.Specialism", "Specialisms", kept=NOBODY, none="id group name is_active")
classify(
    "staff.SystemLeader", "System leader", kept=PERSON, none="id", who="person safeguarding_confirmed_by",
    fact="type designated_on review_on status nominated_to allowance is_available safeguarding_confirmed_on",
    empty="designating_body availability about", rows={"pk": "leader_id"},
    mentions={"safeguarding_confirmed_by": "safeguarding_confirmed_on"},
)  # fmt: skip
classify("staff.SystemLeader_specialisms", "Areas", kept=PERSON, none="id", who="systemleader", fact="specialism")
classify("staff.LeaderPhase", "Phases", kept=PERSON, none="id", who="leader", fact="phase")
classify("staff.LeaderEvent", "History of the designation", kept=PERSON, none="id", who="leader by",
   fact="verb old new at",
   text="reason")  # fmt: skip
classify(
    "staff.Mail", "Mail received", kept="180 days", rows={"to__in": "addresses"},
    none="id due_at failed_at tries error is_secret request_id",
    fact="created_at sent_at", address="to", text="subject text", copy="html", hidden="key", is_deleted=True,
    secrets={"text": "is_secret"}, summary="created_at subject",
)  # fmt: skip
classify(
    "staff.Invitation", "Invitations", kept=f"{PERSON}; where nobody accepted, for 180 days",
    rows={"email__in": "addresses"}, none="id",
    who="person invited_by accepted_by revoked_by", written_by="person accepted_by", text="email name",
    fact="kind title school alliance invited_at expires_at accepted_at revoked_at", hidden="token_digest",
)  # fmt: skip
classify("staff.CalendarFeed", "Calendar address", kept=SIGN_IN, none="id", who="user", fact="made_at expires_at",
   hidden="token_digest", is_deleted=True)  # fmt: skip
classify("staff.Erasure", "Erasures", kept="as long as a backup may be restored, and always in the list outside",
   none="id at listed_at", fact="person", hidden="fingerprint", who="by", text="reason")  # fmt: skip
classify("staff.Disclosure", "Exports of what is held on somebody", kept="six years", none="id", who="person by",
   fact="at", text="reason")  # fmt: skip

# Signing in: Django's and allauth's ------------------------------------------------------------------

classify("account.EmailAddress", "Addresses to sign in with", kept=f"{SIGN_IN}; 30 days where never confirmed",
   none="id", who="user", address="email", fact="verified primary", is_deleted=True)  # fmt: skip
classify("account.EmailConfirmation", "Addresses to be confirmed", kept=SIGN_IN, rows={"email_address__user": "user"},
   none="id email_address", fact="created sent", hidden="key", is_deleted=True)  # fmt: skip
classify("mfa.Authenticator", "Second factors", kept=SIGN_IN, none="id", who="user",
   fact="type created_at last_used_at",
   hidden="data", is_deleted=True)  # fmt: skip
classify("usersessions.UserSession", "Where the person is signed in", kept="until the session ends, and a day",
   none="id",
   who="user", fact="created_at last_seen_at ip user_agent", hidden="session_key data", is_deleted=True)  # fmt: skip
classify("socialaccount.SocialAccount", "Sign-ins elsewhere", kept=SIGN_IN, none="id", who="user",
   fact="provider uid date_joined last_login extra_data", is_deleted=True)  # fmt: skip
classify("socialaccount.SocialApp", "Where one may sign in", kept=NOBODY, hidden="secret key",
   none="id provider provider_id name client_id settings")  # fmt: skip
classify("socialaccount.SocialToken", "Tokens of sign-ins elsewhere", kept=SIGN_IN, rows={"account__user": "user"},
   none="id account app", fact="expires_at", hidden="token token_secret", is_deleted=True)  # fmt: skip
classify("sessions.Session", "Sessions", kept="until the session ends, and a day",
   rows={"session_key__in": "session_keys"}, fact="expire_date", hidden="session_key session_data",
   is_deleted=True)  # fmt: skip
classify("admin.LogEntry", "Changes in the admin", kept="two years", none="id content_type object_id action_flag",
   who="user", fact="action_time", text="object_repr change_message")  # fmt: skip
classify("auth.Permission", "Permissions", kept=NOBODY, none="id name content_type codename")
classify("auth.Group", "Groups", kept=NOBODY, none="id name")
classify("auth.Group_permissions", "Permissions of groups", kept=NOBODY, none="id group permission")
classify("contenttypes.ContentType", "Kinds of row", kept=NOBODY, none="id app_label model")
