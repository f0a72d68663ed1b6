"""Units of the house's whole numbers, so that days are not taken for money."""

from typing import NewType

Hundredths = NewType("Hundredths", int)  # of a day: 175 is one day and three quarters
Pence = NewType("Pence", int)
