"""Training spaces: access, invitations, what members and trainers do there."""
