"""The only place that knows SQL: the schema, the two databases, one module of statements a table family."""
