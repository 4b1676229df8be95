"""The staff's day: appointments, blocks, a branch's calendar."""
