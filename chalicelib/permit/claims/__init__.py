"""Claims (迟报): the late news of a case, and what inspectors decide about it."""
