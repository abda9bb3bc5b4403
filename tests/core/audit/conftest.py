"""How long do the engine's property tests look? A few seconds in the suite; ``--hypothesis-profile=long`` for a night."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "short", max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
settings.register_profile("long", max_examples=5000, deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile("short")
