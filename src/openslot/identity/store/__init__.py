"""The SQL of identity. Nobody outside `identity` imports it."""
