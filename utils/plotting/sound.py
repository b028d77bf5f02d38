"""Sounds: a player in the notebook, with words for those who do not hear it."""

import base64
import html

from utils import music

from .display import check_alt


def show_sound(wave, rate=music.RATE, *, alt):
    """Displays a player for a sound in the notebook, with its description below it.

    The sound is part of the page, as a WAV file of 16 bits: about 29 kB a second at 11,025 Hz.
    Programs that show no HTML get the description as plain text.

    Args:
        wave: Floats `(samples,)` between -1 and 1, such as `music.waveform` returns.
        rate: Samples a second.
        alt: What one hears, at least eight words, for those who do not hear it; `music.describe`
            writes it for a tune.

    Raises:
        ValueError: Another shape, values that are not finite or beyond -1 to 1, a rate out of
            bounds (see `music.waveform`), or an alt that says too little.
    """
    from IPython.display import display

    alt = check_alt(alt)
    data = base64.b64encode(music.wav(wave, rate)).decode("ascii")
    text = html.escape(alt)
    page = (
        f'<figure style="margin:0"><audio controls preload="metadata" aria-label="{text}" '
        f'src="data:audio/wav;base64,{data}"></audio><figcaption>{text}</figcaption></figure>'
    )
    display({"text/html": page, "text/plain": alt}, raw=True)
