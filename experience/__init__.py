"""A scheme year by year: what it collected and paid, against what was priced, and the next year's price."""
