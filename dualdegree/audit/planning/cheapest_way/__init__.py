"""The cheapest way to finish both degrees: asked, searched, also for long, and told term by term."""
