"""Where does a WSGI server find the application? ``gunicorn wsgi:app``."""

import config
from dualdegree import create_app

app = create_app(config.from_environment())
