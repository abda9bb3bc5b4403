"""What must every request and response carry so that others' pages and passwords cannot be abused?"""

from flask import Flask, request
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from dualdegree.web.guard.limits import limiter
from dualdegree.web.guard.uploads import MEGABYTE

READ = 128 * MEGABYTE
"""How much of a request is read at all."""
CONTENT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",  # Bootstrap draws its ticks and arrows as data: pictures
    "font-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
"""Where a page may take things from: only here. No page has inline script or style, so none needs a nonce."""
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{what} {where}" for what, where in CONTENT.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Plug in forgery protection, rate limits, upload limits, cookies and headers."""
    # A file that is too large is refused by its form; what is larger than this is not even read. Flask has the key
    # already, with None for no limit at all.
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_CONTENT_LENGTH"] or READ
    app.config.setdefault("RATELIMIT_STORAGE_URI", "memory://")
    app.config.setdefault("SESSION_COOKIE_SECURE", True)
    app.config.update(
        MAX_FORM_MEMORY_SIZE=2 * MEGABYTE,  # a curriculum in a text box, not a file in disguise
        MAX_FORM_PARTS=1000,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="dualdegree",
        WTF_CSRF_TIME_LIMIT=None,  # a form left open over lunch still works; the sign-in session limits it
    )
    if hops := app.config.get("TRUSTED_PROXIES", 0):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    csrf.init_app(app)
    limiter.init_app(app)
    app.after_request(_protect)


def _protect(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    # Records are private: no shared computer keeps them for its back button.
    if "Cache-Control" not in response.headers and not (request.endpoint or "").endswith("static"):
        response.headers["Cache-Control"] = "no-store"
    return response
