"""The case file in and out: read it, price it, write it back. Pure: no Django."""

from __future__ import annotations

from calculator.case_answer import answer_case
from calculator.case_reader import CaseRefused, parse_json, read_case, read_cases
from calculator.case_value import Case, SimulationRequest, case_hash, case_to_json

__all__ = [
    "Case",
    "CaseRefused",
    "SimulationRequest",
    "answer_case",
    "case_hash",
    "case_to_json",
    "parse_json",
    "read_case",
    "read_cases",
]
