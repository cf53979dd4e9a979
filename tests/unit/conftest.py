"""How many examples a property is tried with: few enough to be quick, the same ones every time."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "duban",
    max_examples=60,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("duban")
