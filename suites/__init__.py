"""The conformance suites, one folder per chapter of the contract."""
