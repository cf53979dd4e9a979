"""How many examples a property is tried with: few enough to be quick, the same ones every time.

`pytest tests/unit --hypothesis-profile thorough` looks further, and elsewhere each time.
"""

from hypothesis import HealthCheck, settings

always = settings(deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", always, max_examples=50, derandomize=True)
settings.register_profile("thorough", always, max_examples=2000, derandomize=False)
settings.load_profile("quick")
