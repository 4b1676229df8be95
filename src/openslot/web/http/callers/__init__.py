"""Who calls: strategies that make an actor of a request, and the pages that may send one."""
