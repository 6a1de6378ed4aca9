"""Is what a load run reports true? It is held against the log of a target whose latencies are known."""
