"""Which pages does training have, room by room?"""

from dualdegree.training.enterprises import views as enterprises
from dualdegree.training.mentors import views as mentors
from dualdegree.training.placements import views as placements

BLUEPRINTS = (enterprises.blueprint, mentors.blueprint, placements.blueprint)
"""In the order in which an office needs them."""
