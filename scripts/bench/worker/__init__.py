"""What measures a client: a program that the client's own interpreter runs.

It is started as `python -P -m worker COLOUR MODULE:NAME URL`, reads jobs from its standard input,
and writes what it measured to its standard output: a JSON object a line. So the code that measures
is the same for all. Nothing in here may import from outside but the standard library and, in
`peers/`, the client that is measured.
"""
