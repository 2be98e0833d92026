"""How fast this client is beside others: `python -m scripts.bench`."""
