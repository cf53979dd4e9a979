"""Names that nothing knows: one token in the log and on the pages, the name for inspectors."""

import json

import pytest

from chalicelib.policy.catalogue import read_catalogue
from chalicelib.policy.sources import Registration, Registrations
from tests.support.client import client_of
from tests.support.memory_stage import memory_world

HEAD = "item,name,department,kind,promise,statutory,basis,stages\n"
