"""Media types of files: a file that is sent is read by what it is, since programs name the same file differently."""

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS = "application/vnd.ms-excel"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
FILES = (
    CSV,
    XLSX,
    XLS,
    ODS,
    "application/vnd.ms-excel.sheet.macroenabled.12",
    "text/tab-separated-values",
    "text/plain",
    "text/x-csv",
    "text/comma-separated-values",
    "application/csv",
    "application/x-csv",
    "application/octet-stream",
)
"""What an import takes besides JSON."""
EVENT_STREAM = "text/event-stream"
