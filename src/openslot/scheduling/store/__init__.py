"""The SQL of scheduling. Nobody outside `scheduling` imports it."""
