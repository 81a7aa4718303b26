"""From a household survey to assumptions: files, problems, estimates, and what the survey leaves unsure."""
