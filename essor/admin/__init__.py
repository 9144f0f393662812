"""Snippet view sets, hooks and chooser views, one module a subject; `wagtail_hooks` loads them."""
