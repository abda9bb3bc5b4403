"""Which steps does a thesis take, and who takes each?"""
