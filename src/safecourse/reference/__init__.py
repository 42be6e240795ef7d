"""The reference evaluator: the rules read a second time, apart from the engine."""
