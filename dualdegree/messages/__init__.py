"""How is somebody told what happened, on their start page and by mail, once, in their own language?

An office calls ``service.tell`` in the transaction of what happened: the notice exists if and only if that commits, and
the same key tells nobody twice. A job (``delivering``) sends the mail afterwards. This layer knows people and
institutions only by the values it is given; ``programmes.informing`` finds out who they are.
"""
