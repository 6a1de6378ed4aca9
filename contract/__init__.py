"""The law: clauses as data, operations, schemas, and the judge that turns an answer into a verdict."""
