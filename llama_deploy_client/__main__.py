"""`python -m llama_deploy_client`: the command line."""

import sys

from .cli import main

sys.exit(main())
