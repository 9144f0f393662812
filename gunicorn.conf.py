"""gunicorn reads this file by itself, wherever it is started: make run, tests, image."""

import os

workers = int(os.environ.get("WORKERS", os.cpu_count() or 2))
preload_app = True  # workers share the vocabulary that wsgi.py reads
control_socket_disable = True
# The form answers a text of 10,000 signs with a sentence; gunicorn would answer in English. A
# proxy in front has its own limit.
limit_request_line = 0
