"""Assumptions, runs and the moments they give."""
