"""People: who they are to this stage, what each may do, and what they signed themselves."""
