"""What the fields of the portal hold on people."""

from .personal import NOBODY, classify

classify("portal.Submission", "Forms sent", kept="30 days", who="user", fact="at path location", none="id",
   hidden="key digest", is_deleted=True)  # fmt: skip
classify("portal.ClockRecord", "What the clock has done", kept=NOBODY, none="id kind subject on at")
classify("portal.Tick", "When the clock ran", kept=NOBODY, none="name at")
