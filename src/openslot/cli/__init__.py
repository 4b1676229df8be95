"""The command line: one file a noun, the same operations as over HTTP."""
