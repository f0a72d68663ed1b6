"""Small fictional files in the shape of DfE's register. No school, town or trust in them exists."""

import csv

# DfE's names and order; a few columns that we do not read stand among them and at the end.
HEADER = [
    "URN", "LA (code)", "LA (name)", "EstablishmentNumber", "EstablishmentName",
    "TypeOfEstablishment (code)", "TypeOfEstablishment (name)", "EstablishmentTypeGroup (name)",
    "EstablishmentStatus (code)", "EstablishmentStatus (name)", "OpenDate", "CloseDate",
    "PhaseOfEducation (code)", "PhaseOfEducation (name)", "StatutoryLowAge", "StatutoryHighAge",
    "Boarders (name)", "Gender (name)", "ReligiousCharacter (name)", "SchoolCapacity", "NumberOfPupils",
    "Trusts (name)", "Federations (name)", "UKPRN", "LastChangedDate", "Street", "Locality", "Address3",
    "Town", "County (name)", "Postcode", "SchoolWebsite", "TelephoneNum", "GOR (name)", "Easting", "Northing",
    "MSOA (name)", "SENStat", "SENNoStat", "UPRN",
]  # fmt: skip

DEFAULTS = {
    "LA (code)": "999",
    "LA (name)": "Mereshire",
    "TypeOfEstablishment (code)": "1",
    "TypeOfEstablishment (name)": "Community school",
    "EstablishmentTypeGroup (name)": "Local authority maintained schools",
    "EstablishmentStatus (code)": "1",
    "EstablishmentStatus (name)": "Open",
    "OpenDate": "01-09-1897",
    "PhaseOfEducation (code)": "2",
    "PhaseOfEducation (name)": "Primary",
    "StatutoryLowAge": "4",
    "StatutoryHighAge": "11",
    "Gender (name)": "Mixed",
    "ReligiousCharacter (name)": "Does not apply",
    "SchoolCapacity": "210",
    "NumberOfPupils": "198",
    "UKPRN": "01234567",
    "LastChangedDate": "08-07-2025",
    "Street": "1 Wharf Lane, Eastgate",
    "Town": "Merebridge",
    "County (name)": "Mereshire",
    "Postcode": "ZZ9 9ZZ",
    "SchoolWebsite": "school.example",
    "TelephoneNum": "01632 960000",
    "GOR (name)": "Not a region",
    "Easting": "512345",
    "Northing": "398765",
    "MSOA (name)": "Mereshire 001",
}


def row(urn, **changes):
    """Cells of one school; keywords are short names of columns."""
    cells = DEFAULTS | {"URN": str(urn), "EstablishmentName": f"School {urn}"}
    cells["EstablishmentNumber"] = f"{urn % 10_000:04}" if str(urn).isdigit() else ""
    return cells | {SHORT.get(name, name): value for name, value in changes.items()}


SHORT = {
    "name": "EstablishmentName",
    "la": "LA (name)",
    "la_code": "LA (code)",
    "number": "EstablishmentNumber",
    "kind": "TypeOfEstablishment (name)",
    "opened": "OpenDate",
    "closed": "CloseDate",
    "status": "EstablishmentStatus (name)",
    "status_code": "EstablishmentStatus (code)",
    "phase": "PhaseOfEducation (name)",
    "pupils": "NumberOfPupils",
    "trust": "Trusts (name)",
    "region": "GOR (name)",
    "website": "SchoolWebsite",
    "town": "Town",
}


def write(path, rows, *, header=HEADER, encoding="cp1252", delimiter=","):
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, delimiter=delimiter)
        writer.writerow(header)
        writer.writerows([cells.get(column, "") for column in header] for cells in rows)
    return path
