"""The command line: one file for each noun, the same operations as over HTTP."""
