"""The yearly listing of centres, sites and courses: from a spreadsheet to pages.

One module per step, each of which knows nothing of the next:

- ``columns``: which column says what;
- ``reading``: from the bytes of an XLSX or CSV file to rows of cells, or one French sentence;
- ``checking``: from cells to facts, with the reason for every cell that is refused;
- ``geocoding``: the point of an address, kept so that nobody is asked twice;
- ``plan``: facts against pages: what would be added, changed, kept against the file, missing;
- ``apply``: a plan becomes pages, in one transaction;
- ``runs``: an import on its way, in the background, resumable;
- ``report``: the lines of a plan as XLSX or CSV.
"""
