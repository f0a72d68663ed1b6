"""An app of one noun: a cake that somebody promises to a school. All that the portal knows of it is registered here."""
