"""The account file: reading, faults, applying, exporting."""
