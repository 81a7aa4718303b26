"""The workshop: from a shortlist of packages to the one that the community chooses."""
