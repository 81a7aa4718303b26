"""Without a network: the pages kept on a phone, the pack of tables that prices there, what was done meanwhile."""
