"""The player of a sound: what it displays, and what it refuses."""

import base64
import io
import re

import numpy as np
import pytest
from scipy.io import wavfile

from utils import music, plotting

LAMB = "E4 1/4 D4 1/4 C4 1/4 D4 1/4 | E4 1/4 E4 1/4 E4 1/2 | D4 1/2 rest 1/2 | C4 1/1 |".split()
ALT = "Four notes go up from C to G, the last one twice as long as the others."


@pytest.fixture
def shown(monkeypatch):
    bundles = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: bundles.append(data))
    return bundles


def test_show_sound_displays_a_player_and_the_text(shown):
    sound = music.waveform(LAMB, tempo=100, rate=8_000)
    plotting.show_sound(sound, 8_000, alt='Up & down <"in C">, three steps each way, ending on C.')
    [bundle] = shown
    page = bundle["text/html"]
    assert page.count("<audio controls") == 1 and "autoplay" not in page
    caption = re.search("<figcaption>(.*)</figcaption>", page)[1]
    assert caption.startswith("Up &amp; down &lt;&quot;in C&quot;&gt;, three")
    assert f'aria-label="{caption}"' in page
    assert bundle["text/plain"].startswith('Up & down <"in C">')
    data = re.search('src="data:audio/wav;base64,([^"]+)"', page)[1]
    rate, samples = wavfile.read(io.BytesIO(base64.b64decode(data)))
    assert rate == 8_000 and samples.dtype == np.int16 and samples.ndim == 1
    np.testing.assert_allclose(samples / 32767, sound, atol=0.51 / 32767)


def test_ten_seconds_take_less_than_300_kilobytes(shown):
    plotting.show_sound(np.zeros(10 * music.RATE), alt=ALT)
    assert len(shown[0]["text/html"]) < 300_000


@pytest.mark.parametrize(
    ("wave", "rate", "alt", "hint"),
    [
        (np.zeros(10), 8_000, "short", "alt has 1 words"),
        (np.zeros(10), 8_000, None, "alt must be"),
        (np.zeros((10, 2)), 8_000, ALT, r"floats \(samples,\), got float64 \(10, 2\)"),
        (np.zeros(0), 8_000, ALT, "expected a sound"),
        (np.zeros(10, int), 8_000, ALT, "as floats .*got int64"),
        (np.full(10, 1.5), 8_000, ALT, "the sound reaches 1.5, expected finite values from -1"),
        (np.full(10, np.nan), 8_000, ALT, "reaches nan"),
        (np.zeros(10), 100, ALT, "rate is .*, expected"),
    ],
)
def test_show_sound_refuses_and_displays_nothing(shown, wave, rate, alt, hint):
    with pytest.raises(ValueError, match=hint):
        plotting.show_sound(wave, rate, alt=alt)
    assert shown == []
