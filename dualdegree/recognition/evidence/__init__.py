"""Which syllabi and other papers speak for an equivalence or a request, and who may read them?"""
