"""What the room adds to the admin; one module per subject, all loaded by wagtail_hooks."""
