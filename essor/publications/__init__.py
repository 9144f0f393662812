"""How publications are listed, shown, cited and followed."""
