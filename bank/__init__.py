"""The bank: accounts, transfers and holds, in hundredths of a day. It knows schools and nothing above them."""
