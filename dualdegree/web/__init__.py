"""What does every page share?"""

from flask import Flask
from flask_bootstrap import Bootstrap5
from jinja2 import StrictUndefined

from dualdegree.web import access, addresses, downloads, errors, forms, navigation, security, views
from dualdegree.web.guard import door, repeats, uploads
from dualdegree.web.language import columns, i18n


def init_app(app: Flask) -> None:
    """Plug in everything that pages share."""
    app.config["BOOTSTRAP_SERVE_LOCAL"] = True
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    addresses.init_app(app)
    uploads.init_app(app)
    Bootstrap5(app)
    door.init_app(app)
    security.init_app(app)
    access.init_app(app)
    i18n.init_app(app)
    columns.init_app(app)
    downloads.init_app(app)
    navigation.init_app(app)
    repeats.init_app(app)
    errors.init_app(app)
    forms.init_app(app)
    app.register_blueprint(views.blueprint)
