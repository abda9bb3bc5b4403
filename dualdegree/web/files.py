"""How is something sent that a reader keeps as a file?"""

from werkzeug.wrappers import Response

YAML = "application/yaml"


def kept(content: str, name: str, mimetype: str = YAML) -> Response:
    """The very text as a file of this name; ``name`` has letters, digits, points and hyphens only."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content.encode(), content_type=f"{mimetype}; charset=utf-8", headers=headers)
