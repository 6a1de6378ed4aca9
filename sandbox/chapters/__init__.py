"""The handlers of the operations, by chapter of the contract, each with the decisions of its own chapter."""
