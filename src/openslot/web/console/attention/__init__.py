"""Appointments to come that somebody must look after."""
