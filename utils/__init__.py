"""The library behind the notebooks.

Each module has one job: `datasets` yields examples, `forecasting` cuts series into windows, `text`
turns sentences into numbers, `batching` packs them. `cells` and `bptt` are recurrent networks in
NumPy, forwards and backwards; `deep` stacks layers and `tagger` reads both ways in Keras;
`attention` and `seq2seq` are the translator, `training` and `decoding` run it. `metrics` measures,
`experiments` measures under many seeds, `plotting` and `animation` draw, `checks` tells whether a
claim holds.

Importing this package loads nothing heavy; a module loads what it needs when it is imported.
"""

__version__ = "0.1.0"
