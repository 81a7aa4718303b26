"""Organisations, members, roles: who may."""
