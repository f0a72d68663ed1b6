"""The fields of schools and staff, of Django and of allauth. The exchange classifies its own."""

from .register import of

NOBODY = "as long as the alliance uses the portal; it names no person"
PERSON = "while the person works with the alliance, and two years after the last role or post; then by pseudonym"
SIGN_IN = "as long as the sign-in"

# Schools -----------------------------------------------------------------------------------------

of("schools.School", "Schools", kept=NOBODY, none=(
    "urn name status phase establishment_type type_group la_code la_name establishment_number ukprn trust federation "
    "religious_character gender low_age high_age capacity pupils street locality town county postcode website easting "
    "northing open_date close_date predecessor"
), text="telephone arrival")  # fmt: skip
of("schools.Alliance", "Alliances", kept=NOBODY, none="id name slug lead_school colour is_open how_to_pay")
of("schools.Membership", "Memberships", kept=NOBODY, none="id starts_on ends_on alliance school")
of("schools.Policy", "Policies", kept=NOBODY, none=(
    "id alliance starts_on levy_percent levy_on_peer_to_peer limit band_low band_high allowance urgent_cap "
    "hosting_rate carry_over_cap write_off_below reply_working_days offer_reminder_days offer_lapse_days "
    "log_working_days confirm_reminder_days confirm_days dispute_days evaluation_days evaluation_again_days"
))  # fmt: skip
of("schools.Closure", "Closures", kept=NOBODY, none="id alliance name starts_on ends_on")

# People ------------------------------------------------------------------------------------------

of(
    "staff.Person",
    "Name and contact",
    kept=PERSON,
    rows={"pk": "person_id"},
    none="id",
    name="name",
    empty="email telephone",
    fact="added_at",
)
of("staff.Post", "Posts", kept=PERSON, who="person", fact="school title starts_on ends_on", none="id")
of(
    "staff.User", "Sign-in", kept=PERSON, rows={"pk": "user_id"}, none="id", address="email", who="person",
    hidden="password", fact="last_login date_joined is_active is_staff is_superuser",
)  # fmt: skip
of("staff.User_groups", "Groups", kept=SIGN_IN, who="user", fact="group", none="id", is_deleted=True)
of(
    "staff.User_user_permissions",
    "Permissions",
    kept=SIGN_IN,
    who="user",
    fact="permission",
    none="id",
    is_deleted=True,
)
of(
    "staff.Role", "Roles and delegations", kept=PERSON, who="user delegated_by ended_by", none="id",
    fact="kind school alliance starts_on ends_on may_ask may_agree may_release may_confirm may_evaluate ended_at",
    parts=dict.fromkeys(("may_ask", "may_agree", "may_release", "may_confirm", "may_evaluate"), "is_delegate"),
)  # fmt: skip
of("staff.LeaderType", "Types of leader", kept=NOBODY, none="id code name is_active")
of("staff.Specialism", "Specialisms", kept=NOBODY, none="id group name is_active")
of(
    "staff.SystemLeader", "System leader", kept=PERSON, none="id", who="person safeguarding_confirmed_by",
    fact="type designated_on review_on status nominated_to allowance is_available safeguarding_confirmed_on",
    empty="designating_body availability about", rows={"pk": "leader_id"},
    mentions={"safeguarding_confirmed_by": "safeguarding_confirmed_on"},
)  # fmt: skip
of("staff.SystemLeader_specialisms", "Areas", kept=PERSON, none="id", who="systemleader", fact="specialism")
of("staff.LeaderPhase", "Phases", kept=PERSON, none="id", who="leader", fact="phase")
of("staff.LeaderEvent", "History of the designation", kept=PERSON, none="id", who="leader by", fact="verb old new at",
   text="reason")  # fmt: skip
of(
    "staff.Mail", "Mail received", kept="180 days", rows={"to__in": "addresses"},
    none="id due_at failed_at tries error is_secret request_id",
    fact="created_at sent_at", address="to", text="subject text", copy="html", hidden="key", is_deleted=True,
    secrets={"text": "is_secret"}, summary="created_at subject",
)  # fmt: skip
of(
    "staff.Invitation", "Invitations", kept=f"{PERSON}; where nobody accepted, for 180 days",
    rows={"email__in": "addresses"}, none="id",
    who="person invited_by accepted_by revoked_by", written_by="person accepted_by", text="email name",
    fact="kind title school alliance invited_at expires_at accepted_at revoked_at", hidden="token_digest",
)  # fmt: skip
of("staff.CalendarFeed", "Calendar address", kept=SIGN_IN, none="id", who="user", fact="made_at expires_at",
   hidden="token_digest", is_deleted=True)  # fmt: skip
of("staff.Tick", "When the clock ran", kept=NOBODY, none="name at")
of("staff.Erasure", "Erasures", kept="as long as a backup may be restored, and always in the list outside",
   none="id at listed_at", fact="person", hidden="fingerprint", who="by", text="reason")  # fmt: skip
of("staff.Disclosure", "Exports of what is held on somebody", kept="six years", none="id", who="person by",
   fact="at", text="reason")  # fmt: skip

# Signing in: Django's and allauth's ------------------------------------------------------------------

of("account.EmailAddress", "Addresses to sign in with", kept=f"{SIGN_IN}; 30 days where never confirmed",
   none="id", who="user", address="email", fact="verified primary", is_deleted=True)  # fmt: skip
of("account.EmailConfirmation", "Addresses to be confirmed", kept=SIGN_IN, rows={"email_address__user": "user"},
   none="id email_address", fact="created sent", hidden="key", is_deleted=True)  # fmt: skip
of("mfa.Authenticator", "Second factors", kept=SIGN_IN, none="id", who="user", fact="type created_at last_used_at",
   hidden="data", is_deleted=True)  # fmt: skip
of("usersessions.UserSession", "Where the person is signed in", kept="until the session ends, and a day", none="id",
   who="user", fact="created_at last_seen_at ip user_agent", hidden="session_key data", is_deleted=True)  # fmt: skip
of("socialaccount.SocialAccount", "Sign-ins elsewhere", kept=SIGN_IN, none="id", who="user",
   fact="provider uid date_joined last_login extra_data", is_deleted=True)  # fmt: skip
of("socialaccount.SocialApp", "Where one may sign in", kept=NOBODY, hidden="secret key",
   none="id provider provider_id name client_id settings")  # fmt: skip
of("socialaccount.SocialToken", "Tokens of sign-ins elsewhere", kept=SIGN_IN, rows={"account__user": "user"},
   none="id account app", fact="expires_at", hidden="token token_secret", is_deleted=True)  # fmt: skip
of("sessions.Session", "Sessions", kept="until the session ends, and a day",
   rows={"session_key__in": "session_keys"}, fact="expire_date", hidden="session_key session_data",
   is_deleted=True)  # fmt: skip
of("admin.LogEntry", "Changes in the admin", kept="two years", none="id content_type object_id action_flag",
   who="user", fact="action_time", text="object_repr change_message")  # fmt: skip
of("auth.Permission", "Permissions", kept=NOBODY, none="id name content_type codename")
of("auth.Group", "Groups", kept=NOBODY, none="id name")
of("auth.Group_permissions", "Permissions of groups", kept=NOBODY, none="id group permission")
of("contenttypes.ContentType", "Kinds of row", kept=NOBODY, none="id app_label model")
