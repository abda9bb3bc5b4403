"""How do all students stand? Audits of whole cohorts by jobs that can be stopped and continued."""
