"""The library behind the notebooks.

Each module has one job: `datasets` yields examples, `text` turns sentences into numbers, `batching`
packs them, `attention` and `seq2seq` are the models, `training` and `decoding` run them, `metrics`
measures, `plotting` and `animation` draw, `checks` tells whether a claim holds.

Importing this package loads nothing heavy; a module loads what it needs when it is imported.
"""

__version__ = "0.1.0"
