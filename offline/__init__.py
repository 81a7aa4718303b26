"""Without a network: the pages kept on a phone, the pack that prices there, and what was done meanwhile."""
