"""The Excel calculator: the scheme's own figures as tables, and the slide's lines as live formulas."""
