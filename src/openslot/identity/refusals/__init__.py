"""Refused token requests and sign-ins: counted, then recorded in the audit trail."""
