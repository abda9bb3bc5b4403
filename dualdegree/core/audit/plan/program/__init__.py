"""The integer program of a plan: its columns, its rows, its costs, and the solver that makes them least."""
