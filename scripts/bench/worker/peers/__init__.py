"""The clients that are measured, each as its users use it.

Type checkers do not read these modules: each imports what only its own environment has.
"""
