"""Interactive packages (H5P, HTML): checked, unpacked aside, played in a sandbox."""
