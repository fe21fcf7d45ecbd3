"""The use cases: each one transaction over the store, deciding by the rules of the domain."""
