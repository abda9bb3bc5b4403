"""How does what this system recorded itself become part of a record, and what if the register says it otherwise?

A certified placement, a defence, a certificate: each rests on papers and signatures that are kept here, and enters the
record as a milestone or an attempt. It stands before what the institution's register says of the same thing, which is
kept beside it and reported, so that the office can mend the one that is wrong.
"""
