"""How the files in `data/` were made. ``python -m data.generate`` rewrites them byte for byte."""
