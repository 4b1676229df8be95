"""The program `openslot` in processes that need not load it first."""
