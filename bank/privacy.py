"""What the fields of the bank hold on people: nothing but who posted, by number."""

from portal.personal import classify

LEDGER = "for good: every school relies on it, and it names no person"

# Who posted is "user:<number>". Reasons cannot be changed, ever; their forms ask for no names.

classify("bank.Account", "Accounts", kept=LEDGER,
   none="id alliance kind school partner posted given received levy other held floor open_from")  # fmt: skip
classify("bank.Transfer", "Movements", kept=LEDGER, none=(
    "id debit credit amount released kind occurred_on posted_at cause_kind cause_id reason reverses key"
), fact="posted_by", rows={"posted_by": "number"})  # fmt: skip
classify("bank.Hold", "Holds", kept=LEDGER, none="id account cause_kind cause_id amount")
classify("bank.FloorChange", "Changes of limits", kept=LEDGER, none="id account old new is_rule at", fact="by",
   text="reason", rows={"by": "number"})  # fmt: skip
classify("bank.Balance", "Balances", kept=LEDGER, none="id account year given received levy other")
classify("bank.ClosedYear", "Years closed", kept=LEDGER, none="id alliance year at", fact="by",
   rows={"by": "number"})  # fmt: skip
classify("bank.Ledger", "Ledger", kept=LEDGER, none="id uuid")
classify("bank.Block", "Seals", kept=LEDGER, none="number last_id rows content digest key_id marks declared sealed_at")
classify("bank.Snapshot", "Snapshots", kept="one a day for a year, then each month's last; it names no person",
   none="id account on posted held")  # fmt: skip
classify("bank.TotalsCheck", "Checks of the bank", kept="until the next night's", none="id alliance differences at")
