"""How Django's own pages write times: as the portal's do, 1:15am, and read dates. The "am" is of schools/locale."""

TIME_FORMAT = "g:ia"
DATETIME_FORMAT = "j M Y, g:ia"
SHORT_DATETIME_FORMAT = "d/m/Y g:ia"

# A date is read as it is written anywhere here. The first is what the admin's calendar writes.
DATE_INPUT_FORMATS = ["%d/%m/%Y", "%d/%m/%y", "%d %B %Y", "%d %b %Y"]
