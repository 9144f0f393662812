"""Keeping the pages of the training sites right, with the help of the centres.

- `access`: which sites a person of a centre or of a federation may edit;
- `quality`: the score of a page in ten criteria, for the editors alone;
- `rome_table`: the ROME codes of each course, proposed, accepted, corrected or added;
- `campaigns` and `public_views`: the yearly call to the centres, by a signed personal link;
- `reports`: errors that visitors tell.
"""
