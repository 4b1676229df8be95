"""Appointments and blocks that follow the wall time of their branch, all together."""
