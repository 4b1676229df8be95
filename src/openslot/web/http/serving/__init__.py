"""What a process serves beside its interfaces: HTTP itself, documents, health and counts."""
