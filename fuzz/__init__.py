"""Schemathesis against a target: requests made of the OpenAPI document, and what their answers break."""
