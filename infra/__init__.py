"""Packages, deploys and runs Duban: the template, the local cloud, the ``duban`` command."""
