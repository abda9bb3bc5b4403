"""What does every page share?"""

from flask import Flask

from dualdegree.web import access


def init_app(app: Flask) -> None:
    """Plug in everything that pages share."""
    access.init_app(app)
