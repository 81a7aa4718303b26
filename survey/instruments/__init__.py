"""What a survey is collected with: a questionnaire for phones (XLSForm) and a template for spreadsheets.

Their names are the importer's own, so that a file collected with them needs no question about its columns.
No name, phone number or address of a person is asked.
"""
