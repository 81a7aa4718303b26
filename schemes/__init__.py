"""The community an insurance is made for."""
