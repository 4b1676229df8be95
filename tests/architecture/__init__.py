"""The house keeps the rules of ARCHITECTURE.md and STYLE.md."""
