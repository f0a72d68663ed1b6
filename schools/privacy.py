"""What the fields of schools hold on people."""

from portal.personal import NOBODY, classify

classify("schools.School", "Schools", kept=NOBODY, none=(
    "urn name status phase establishment_type type_group la_code la_name establishment_number ukprn trust federation "
    "religious_character gender low_age high_age capacity pupils street locality town county postcode website easting "
    "northing open_date close_date predecessor"
), text="telephone arrival")  # fmt: skip
classify("schools.Alliance", "Alliances", kept=NOBODY, none="id name slug lead_school colour is_open how_to_pay")
classify("schools.Membership", "Memberships", kept=NOBODY, none="id starts_on ends_on alliance school")
classify("schools.Policy", "Policies", kept=NOBODY, none=(
    "id alliance starts_on levy_percent levy_on_peer_to_peer limit band_low band_high allowance urgent_cap "
    "hosting_rate carry_over_cap write_off_below reply_working_days offer_reminder_days offer_lapse_days "
    "log_working_days confirm_reminder_days confirm_days dispute_days evaluation_days evaluation_again_days"
))  # fmt: skip
classify("schools.Closure", "Closures", kept=NOBODY, none="id alliance name starts_on ends_on")
