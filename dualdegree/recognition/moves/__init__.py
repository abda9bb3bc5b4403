"""How do students come to another version of the equivalences? One institution proposes it, the other confirms."""
