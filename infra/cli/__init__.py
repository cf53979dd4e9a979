"""The operator's command, `duban`. Each module here but main is one sub-command; see main."""
