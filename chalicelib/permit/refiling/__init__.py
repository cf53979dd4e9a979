"""Handing in again (撤回重报): the cases that ended near their limit, until they come again."""
