"""The account as a file: exported, compared with what there is, and applied."""
