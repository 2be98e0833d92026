"""What measures a client: a program that the client's own interpreter runs.

It is started as `python -P -m worker MODULE:NAME MEASURE URL PARAMETERS`, and prints what it
measured as JSON. So the code that measures is the same for all. Nothing in here may import from
outside but the standard library and, in `peers/`, the client that is measured. Nothing is closed:
the process ends.
"""
