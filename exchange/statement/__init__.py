"""A school's statement: what moved on its account in a period, with whom, and what it was worth.

Days are hundredths of a day, money is integer pence. Whatever it asks the bank is asked of the one
account, by an index or by the totals kept: the page takes as long in a bank of thousands as of millions.
"""

from .csv_sums import HEADER, csv_sums
from .movements import Line, lines, movements
from .periods import Period, balance_before, figures, overview, periods, shown, standing
from .value import Value, in_money, value_of

__all__ = [
    "HEADER",
    "Line",
    "Period",
    "Value",
    "balance_before",
    "csv_sums",
    "figures",
    "in_money",
    "lines",
    "movements",
    "overview",
    "periods",
    "shown",
    "standing",
    "value_of",
]
