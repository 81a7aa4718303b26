"""From terms to a premium, explained line by line."""
