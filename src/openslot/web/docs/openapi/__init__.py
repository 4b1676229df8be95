"""The OpenAPI 3.1 document of an API, made from its route table."""
