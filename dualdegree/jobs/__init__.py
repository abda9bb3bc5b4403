"""How does work that takes longer than a page get done, once, whatever dies on the way?

Whoever causes long work writes a ``Job`` in the transaction that causes it (``service.put``). Workers lease jobs, do
them, and write what comes of one in the very transaction that marks it done: nothing is lost, nothing is there twice.
Workers are local processes (``local``); where a broker is configured, Celery hands the jobs out (``broker``).
"""
