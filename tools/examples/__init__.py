"""Builds the bundled compendium ``implsci-examples`` from the coded tables in ``tests/data``.

Run ``python -m tools.examples`` from the root of the repository. The modules:

- ``vocabularies``: design, comparator, country, sector and equity words, and what each becomes;
- ``relational``: what becomes of a relational label;
- ``abstracts``: the two files of studies coded from abstracts, one study a line;
- ``coded_studies``: the table of studies coded in reviews and by their authors, one fact a row;
- ``facilitation``: the 23 practice facilitation trials of one review;
- ``published``: single published findings;
- ``programmes``: which studies share a trial or program;
- ``merging``: how two codings of one study become one study;
- ``build``: all of it together; ``summary``: what it counts.
"""
