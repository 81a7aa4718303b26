"""The sentences for refusals, problems, questions and roles, in English; the site translates them.

Each is filled in with `%` from the values that came with the code. A problem's sentence says what was found,
what was expected, and whether the row or the value still counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


def gettext_noop(message: str) -> str:
    """Mark a sentence for translation without importing a framework."""
    return message


REFUSAL_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "no_files": gettext_noop("No file was given. Choose at least one file."),
        "too_many_files": gettext_noop(
            "There are more than %(most)s files. Give the files of one survey only."
        ),
        "empty": gettext_noop("“%(file)s” is empty (0 bytes). Export it again and check its size."),
        "too_large": gettext_noop(
            "“%(file)s” is larger than %(most)s MB. Leave out pictures and sheets that are not needed, "
            "or save the rows as CSV."
        ),
        "unknown_extension": gettext_noop(
            "“%(file)s” is none of the files that can be read: CSV, XLSX, XLS or ODS. Save it as one of "
            "these."
        ),
        "macros": gettext_noop(
            "“%(file)s” is a workbook with macros. Save it as “Excel workbook (.xlsx)” and give that file."
        ),
        "not_what_it_says": gettext_noop(
            "“%(file)s” is named %(extension)s, but it is %(found)s inside. Open it and save it as XLSX "
            "or CSV; renaming is not enough."
        ),
        "password": gettext_noop(
            "“%(file)s” is protected by a password. Open it, take the password off, save it and try again."
        ),
        "unpacks_too_large": gettext_noop(
            "“%(file)s” would unpack to %(unpacked)s MB, which is more than is opened here. Save only "
            "the survey's sheets to a new file, or save them as CSV."
        ),
        "too_many_parts": gettext_noop(
            "“%(file)s” holds more than %(most)s parts. Save only the survey's sheets to a new file."
        ),
        "archive_inside": gettext_noop(
            "“%(file)s” holds another packed file inside. Save only the survey's sheets to a new file."
        ),
        "xml_entities": gettext_noop(
            "“%(file)s” holds XML definitions that no spreadsheet program writes. Open it, save it as a "
            "new XLSX file and try again."
        ),
        "damaged": gettext_noop(
            "“%(file)s” is damaged or was not sent whole. Open it to see whether it is complete, save it "
            "again and send it again."
        ),
        "not_text": gettext_noop(
            "“%(file)s” is not readable as text in any usual encoding. Save it as “CSV UTF-8” and try again."
        ),
        "too_many_sheets": gettext_noop(
            "“%(file)s” has more than %(most)s sheets. Keep the survey's sheets only."
        ),
        "too_many_rows": gettext_noop(
            "“%(file)s” has more than %(most)s rows. Split the survey into several files."
        ),
        "too_many_columns": gettext_noop(
            "“%(file)s” has %(found)s columns; at most %(most)s are read. Keep the columns of the survey "
            "only."
        ),
        "too_many_cells": gettext_noop(
            "“%(file)s” has a sheet with more than %(most)s cells. Save that sheet as CSV and give the "
            "CSV file."
        ),
        "cell_too_long": gettext_noop(
            "“%(file)s”, row %(row)s, holds a cell with more than %(most)s characters. Check for a "
            "missing quotation mark, or shorten the cell."
        ),
        "no_rows": gettext_noop(
            "“%(file)s” has no rows below a header line. Check that it is the right file."
        ),
        "took_too_long": gettext_noop(
            "Reading “%(file)s” took too long and was stopped. Save only the survey's sheets, as CSV, "
            "and try again."
        ),
        "took_too_much": gettext_noop(
            "Reading “%(file)s” needed too much memory and was stopped. Save only the survey's sheets, "
            "as CSV, and try again."
        ),
    }
)

PROBLEM_WORDS: Mapping[str, str] = MappingProxyType(
    {
        # of a file or a sheet
        "no_households": gettext_noop(
            "No list of households or of persons was found, so nobody knows how many people were asked. "
            "Add the roster as a sheet or a file."
        ),
        "no_events": gettext_noop(
            "No column tells of events (illness, stays, costs). Say which sheet holds them."
        ),
        "no_kinds": gettext_noop(
            "No kind of event was recognised. Say which kind a sheet holds or which column says it."
        ),
        "no_household_column": gettext_noop(
            "“%(sheet)s”: no column names the household, so its rows cannot be joined to the others."
        ),
        "sheet_not_used": gettext_noop(
            "“%(sheet)s” was not recognised and is not used. Say what it holds if it matters."
        ),
        "hidden_sheet": gettext_noop(
            "“%(sheet)s” is a hidden sheet; it was read all the same. Exclude it if it is old."
        ),
        "hidden_rows": gettext_noop(
            "“%(sheet)s” has %(count)s hidden rows (first: row %(row)s); they were read like the others. "
            "Exclude them if they were hidden to leave them out."
        ),
        "hidden_columns": gettext_noop(
            "“%(sheet)s” has hidden columns (%(columns)s); they were read like the others."
        ),
        "duplicate_header": gettext_noop(
            "Two columns are named “%(column)s”. The later one is shown as “%(renamed)s”; check which is "
            "meant."
        ),
        "empty_header": gettext_noop(
            "Column %(number)s has values but no name; it is shown as “%(column)s”."
        ),
        "merged_header": gettext_noop(
            "“%(sheet)s” has merged cells in its header; each column got the name above it."
        ),
        "header_below": gettext_noop("The header was found in row %(row)s; the rows above it were left out."),
        "legacy_font": gettext_noop(
            "“%(sheet)s” has text that was typed in a legacy font (%(font)s); it reads as nonsense "
            "outside it. Numbers are not affected; convert the text to Unicode if names of kinds or sex "
            "were typed so."
        ),
        "encoding_guessed": gettext_noop("The file does not say its encoding; it was read as %(encoding)s."),
        "columns_dropped": gettext_noop(
            "Dropped at the door, for they can tell who people are (%(count)s in all): %(columns)s."
        ),
        "household_id_replaced": gettext_noop(
            "The household numbers in “%(column)s” look like %(reason)s; they were replaced by running "
            "numbers."
        ),
        "column_missing": gettext_noop(
            "“%(column)s” was mapped but is not in the sheet; it is read as empty."
        ),
        "mapping_not_used": gettext_noop(
            "The mapping was made for files with other columns; none of it fits, so the columns were guessed."
        ),
        "recall_assumed": gettext_noop(
            "No recall period was found for %(kind)s; %(days)s days were assumed. Check it."
        ),
        "weights_equal": gettext_noop("No column of weights was found; every household counts the same."),
        "clusters_missing": gettext_noop(
            "No column of villages or clusters was found; the survey's error may come out too small."
        ),
        "epoch_assumed": gettext_noop(
            "Dates in “%(column)s” are plain numbers; they were counted from %(epoch)s. Check one of them."
        ),
        "numbers_by_village": gettext_noop(
            "The numbers of households start anew in every village; village and number together were taken "
            "for the household's number."
        ),
        "bills_averaged": gettext_noop(
            "%(count)s persons had several %(kind)s events with one sum for all; each event got an equal "
            "part, which makes costs look more alike than they are."
        ),
        "same_file": gettext_noop("This is the same file as “%(first)s”; it was read once."),
        "corrections_unused": gettext_noop(
            "%(count)s corrections belong to another version of the file or to rows that are not there; "
            "they changed nothing."
        ),
        "formula_cells": gettext_noop(
            "“%(sheet)s” holds formulas (%(count)s); the values they last showed were read."
        ),
        # of rows: not counted
        "excluded": gettext_noop("Left out by a person: %(reason)s"),
        "example_row": gettext_noop("This is the template's example row; it does not count."),
        "total_row": gettext_noop("This row looks like a total (“%(value)s”); it does not count."),
        "repeated_header": gettext_noop("The header line is repeated here; the row does not count."),
        "row_of_other_file": gettext_noop(
            "The row equals row %(first)s of “%(other)s” in every column, as in exports that overlap; it "
            "does not count again."
        ),
        "ragged_row": gettext_noop(
            "The row has %(found)s cells, the header %(expected)s; the row is not used."
        ),
        "no_household": gettext_noop("The household is not filled in, so the row cannot be counted."),
        "unknown_household": gettext_noop(
            "Household “%(value)s” is not in the list of households, so the row cannot be counted. Add "
            "it there or correct the number."
        ),
        "duplicate_household": gettext_noop("Household “%(value)s” is there twice; the first one counts."),
        "number_in_two_villages": gettext_noop(
            "Household “%(value)s” is there in “%(first)s” and in “%(second)s”, so nobody can tell whose "
            "its events are; none of the two counts. Where numbers start anew in every village, say of the "
            "columns of villages, in every sheet, that they are part of the household's number."
        ),
        "duplicate_person": gettext_noop("The person is there twice in the household; the first one counts."),
        "no_members": gettext_noop(
            "The household has %(value)s members; 1 or more are expected. It does not count."
        ),
        "no_consent": gettext_noop("The household did not agree to take part; its rows do not count."),
        "weight_not_positive": gettext_noop(
            "The weight is “%(value)s”; a number above 0 is expected. The household does not count."
        ),
        "unknown_kind": gettext_noop(
            "“%(value)s” is no kind of event that is known: outpatient, laboratory, imaging, injury, "
            "hospital, delivery, caesarean. The row does not count."
        ),
        "outside_recall": gettext_noop(
            "The event of %(value)s lies outside the %(days)s days before the interview (%(interview)s); "
            "it does not count."
        ),
        "after_interview": gettext_noop(
            "The event of %(value)s lies after the interview (%(interview)s); it does not count."
        ),
        "recall_differs": gettext_noop(
            "The recall period of this row is %(value)s days, of the others of its kind %(days)s; the "
            "row does not count."
        ),
        "household_dropped": gettext_noop("Its household does not count, so this row does not count either."),
        "several_kinds": gettext_noop(
            "“%(value)s” names several kinds; one event of each counts, the cost of none, for it cannot "
            "be divided."
        ),
        "count_not_whole": gettext_noop(
            "“%(value)s” events; a whole number from 0 to 1,000 is expected. None is counted."
        ),
        # of values: the row counts
        "not_a_number": gettext_noop("“%(value)s” is not a number; the value is not used."),
        "two_ways": gettext_noop(
            "“%(value)s” can be read in two ways; the value is not used. Say whether the comma or the "
            "point stands before a part of one."
        ),
        "formula_error": gettext_noop("The cell shows the error %(value)s; the value is not used."),
        "formula_without_value": gettext_noop(
            "“%(sheet)s”: cell %(value)s holds a formula whose result was not saved; it is read as "
            "empty. Open the file, save it and send it again."
        ),
        "formula_like_text": gettext_noop(
            "“%(value)s” starts like a formula; it was read as text and not carried out."
        ),
        "negative": gettext_noop("%(value)s is below 0; the value is not used."),
        "absurd": gettext_noop("%(value)s is more than %(most)s; the value is not used."),
        "bill_missing": gettext_noop("No cost is given; the event counts, its cost does not."),
        "bill_zero": gettext_noop("The cost is 0; it counts as an event that cost nothing."),
        "outlier": gettext_noop(
            "%(value)s is far from the other costs of %(kind)s (half of them are below %(median)s). It "
            "counts; check it."
        ),
        "days_above_recall": gettext_noop(
            "%(value)s days, but only the last %(days)s were asked about. It counts; check it."
        ),
        "days_missing": gettext_noop("A hospital stay without its days; it counts, its days do not."),
        "duplicate_row": gettext_noop(
            "The row equals row %(first)s in every column. It counts; exclude it if it was entered twice."
        ),
        "unknown_person": gettext_noop(
            "Person “%(value)s” is not in the household's list; the event counts for the household."
        ),
        "unknown_sex": gettext_noop("“%(value)s” is not understood as a sex; it is left open."),
        "unknown_yes_no": gettext_noop("“%(value)s” is not understood as yes or no; no is taken."),
        "age_absurd": gettext_noop("An age of %(value)s; 0 to 120 are expected. It is left open."),
        "villages_differ": gettext_noop(
            "Household “%(value)s” is listed in “%(first)s” and in “%(second)s”; it counts as one household "
            "of the first. Where numbers start anew in every village, say of the columns of villages, in "
            "every sheet, that they are part of the household's number."
        ),
        "cost_without_event": gettext_noop(
            "A cost of %(value)s for %(kind)s, but no event is counted; the cost is not used."
        ),
        "size_differs": gettext_noop(
            "The size is given as %(value)s, but %(found)s persons are listed; %(found)s is used."
        ),
        "bad_date": gettext_noop("“%(value)s” is not a date that is understood; it is left open."),
        "negative_days": gettext_noop("%(value)s days; 0 or more are expected. The value is not used."),
    }
)

QUESTION_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "date_order": gettext_noop("Are dates written day first or month first?"),
        "decimal_mark": gettext_noop("Does a point or a comma stand before a part of one?"),
        "epoch": gettext_noop("Dates came as plain numbers. From which year are they counted?"),
        "recall": gettext_noop("Over how many days were people asked about this?"),
        "period": gettext_noop("Was this asked for a week, a month or a year?"),
    }
)

ROLE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "": gettext_noop("not used"),
        "key": gettext_noop("row number of the export"),
        "parent": gettext_noop("row number of the row it belongs to"),
        "skip": gettext_noop("mark of example rows"),
        "household": gettext_noop("household"),
        "cluster": gettext_noop("village or cluster"),
        "weight": gettext_noop("weight"),
        "size": gettext_noop("number of members"),
        "food_spending": gettext_noop("spending on food"),
        "total_spending": gettext_noop("spending in all"),
        "willingness_to_pay": gettext_noop("willing to pay"),
        "survey_date": gettext_noop("day of the interview"),
        "consent": gettext_noop("agreed to take part"),
        "person": gettext_noop("person in the household"),
        "age": gettext_noop("age"),
        "sex": gettext_noop("sex"),
        "kind": gettext_noop("kind of event"),
        "bill": gettext_noop("cost"),
        "days": gettext_noop("days in hospital"),
        "transport": gettext_noop("cost of transport"),
        "days_lost": gettext_noop("days of work lost"),
        "is_open": gettext_noop("not over yet"),
        "date": gettext_noop("day of the event"),
        "recall": gettext_noop("recall period in days"),
        "count": gettext_noop("number of events"),
    }
)
"""For "count.hospital" and the like: the word of the part before the point, then the kind's own."""
