"""What a recurrent network has to beat: models that count, or draw a straight line."""

from .forecasting import Autoregression, naive, seasonal_naive
from .ngrams import NGrams
from .tagging import MostFrequentTag

__all__ = ["Autoregression", "MostFrequentTag", "NGrams", "naive", "seasonal_naive"]
