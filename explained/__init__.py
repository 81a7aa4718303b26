"""A package's price explained to those who pay it: from one spoken sentence down to seed and source."""
