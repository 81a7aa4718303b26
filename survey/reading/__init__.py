"""Reading a survey's files: from whatever a survey app exports to households, persons and events.

Pure: no framework, no database. `survey.reading.reader.read_survey` reads in this process;
`survey.reading.sandbox.read_survey_apart` does the same in a child process that can be stopped.
"""
