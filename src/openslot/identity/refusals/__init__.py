"""What was refused at the doors, for the audit trail: counted first, recorded a minute later."""
