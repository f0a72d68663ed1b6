"""How Django's own pages write times: as the portal's do, 1:15am. The "am" is of schools/locale."""

TIME_FORMAT = "g:ia"
DATETIME_FORMAT = "j M Y, g:ia"
SHORT_DATETIME_FORMAT = "d/m/Y g:ia"
