"""The fields of the exchange. A new model is one call, a new field one word in it."""

from bank.privacy import LEDGER
from portal.personal import classify

CASE = "with the ledger, because it says what was counted; people in it by pseudonym"

# Money and balances -------------------------------------------------------------------------------

classify("exchange.BandCrossing", "Balances out of band", kept=LEDGER, none="id account side at")
classify("exchange.Tariff", "Tariffs", kept=LEDGER, none=(
    "id alliance starts_on day_rate brokerage_percent brokerage_fixed brokerage_inside vat_percent"
))  # fmt: skip
classify("exchange.TariffRate", "Rates", kept=LEDGER, none="id tariff leader_type day_rate")
classify("exchange.Charge", "Charges", kept=CASE, none=(
    "id alliance number commission school home_school status work brokerage home_share vat total raised_at"
), who="settled_by", fact="settled_at", text="settled_reason")  # fmt: skip
classify("exchange.ChargeLine", "Lines of charges", kept=LEDGER, none="id charge visit on days day_rate amount")

# Requests and work -------------------------------------------------------------------------------

classify(
    "exchange.SupportRequest", "Requests", kept=f"{CASE}; a draft for a year, the supported person's name for a year "
    "after the end", who="asked_by assigned_to", written_by="asked_by", confidential="supported_person",
    text="need goal plan", none=(
        "id alliance school status kind specialism phase days committed may_split starts_on ends_on urgency "
        "delegates_see_person created_at submitted_at opened_at ended_at"
    ),
)  # fmt: skip
classify("exchange.Outcome", "Outcomes asked for", kept=CASE, rows={"support_request__asked_by": "user"},
   none="id support_request baseline", text="text")  # fmt: skip
classify("exchange.Clarification", "Questions and answers", kept=CASE, who="asked_by answered_by",
   none="id support_request",
   fact="asked_at answered_at", text="question answer")  # fmt: skip
classify("exchange.NameViewing", "Names of supported persons that were shown", kept="six years", who="by",
   none="id support_request",
   fact="role at", text="reason")  # fmt: skip
classify(
    "exchange.Commission", "Commissions", kept=CASE, rows={"legs__person": "person"},
    written_by="leader offered_by home_yes_by receiving_yes_by",
    who="leader offered_by leader_yes_by home_yes_by home_yes_for receiving_yes_by receiving_yes_for override_by "
    "ended_by", fact="offered_at leader_yes_at home_yes_at governors_informed receiving_yes_at override_at "
    "delivered_at ended_at decline_reason", text="objectives modes exit_plan override_reason findings end_reason",
    none=(
        "id support_request parent home_school status paused_from is_diagnostic starts_on ends_on lapses_on "
        "backfill_cost travel_payer tariff day_rate tariff_taken_on no_further_support"
    ),
)  # fmt: skip
classify("exchange.Pause", "Pauses", kept=CASE, who="by", fact="started_at ended_at", none="id commission",
   text="reason")  # fmt: skip
classify("exchange.Leg", "Part in the work", kept=CASE, who="person",
   none="id commission giving_school receiving_school days giving_account receiving_account")  # fmt: skip
classify("exchange.LeaderYear", "Days by year", kept=CASE, who="leader", none="id", fact="year allowance taken")
classify("exchange.LeaderDays", "Days by commission", kept=CASE, rows={"leader_year__leader": "leader"},
   none="id commission leader_year", fact="amount")  # fmt: skip
classify(
    "exchange.Variation", "Proposed changes", kept=CASE, who="proposed_by home_yes_by receiving_yes_by",
    fact="proposed_at home_yes_at receiving_yes_at", none="id leg status days starts_on ends_on", text="reason",
)  # fmt: skip
classify(
    "exchange.Visit", "Visits", kept=CASE, rows={"leg__person": "person"}, who="planned_by logged_by confirmed_by "
    "disputed_by disputed_for", fact="on days logged_at confirmed_at disputed_at",
    text="arrival_contact purpose note next_steps dispute_reason", none=(
        "id leg status arrival_time moved_to confirm_by in_money dispute_until settlements created_at"
    ),
)  # fmt: skip
classify("exchange.Evaluation", "Evaluations written", kept=CASE, who="by", fact="at", text="evidence gained",
   none="id commission side rating flagged")  # fmt: skip
classify("exchange.OutcomeScore", "Scores given", kept=CASE, rows={"evaluation__by": "user"},
   none="id evaluation outcome score")  # fmt: skip
classify("exchange.Concern", "Concerns resolved", kept=CASE, who="resolved_by", fact="resolved_at", text="resolution",
   none="id commission evaluation opened_at")  # fmt: skip
classify("exchange.Event", "History", kept=CASE, who="by acting_for", fact="verb old new at", text="reason",
   none="id support_request commission visit charge concern")  # fmt: skip
