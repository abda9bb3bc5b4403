"""Where did each credit go, as a picture? Traced from an audit, placed by arithmetic alone, drawn by a template."""
