"""Tunes as sound: a few sines a note, and a WAV file of them."""

from __future__ import annotations

import io
import wave as wave_file
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from utils import expect

from .notation import read

RATE = 11_025  # samples a second: enough for tones below 5 kHz, a quarter of a CD's data
PEAK = 0.9  # of the loudest possible sample

_HARMONICS = (1, 0.45, 0.25, 0.12, 0.06)  # strengths of the tone and its overtones
_ATTACK, _RELEASE, _DECAY = 0.012, 0.04, 0.7  # seconds


def waveform(tokens: Sequence[str], *, tempo: float = 120, rate: int = RATE) -> np.ndarray:
    """A tune as sound.

    Each note is a tone with a few overtones, which begins and ends in silence (so nothing clicks
    where notes meet) and fades a little meanwhile. Equal temperament, A4 = 440 Hz.

    Args:
        tokens: The words of a tune.
        tempo: Quarter notes a minute.
        rate: Samples a second.

    Returns:
        float32 `(samples,)` between -0.9 and 0.9; round(60 beats rate / tempo) samples.

    Raises:
        ValueError: The words are no tune (the message says where), tempo is not between 20 and 400,
            or rate is not a whole number between 8,000 and 48,000.
    """
    tempo = expect.number("tempo", tempo, at_least=20, at_most=400)
    _check_rate(rate)
    played = [written.note for bar in read(tokens) for written in bar]
    beats = np.cumsum([0, *(note.beats for note in played)])
    borders = np.round(60 * beats * rate / tempo).astype(int)  # not note by note: no drift
    wave = np.zeros(borders[-1], dtype=np.float32)
    for note, (start, stop) in zip(played, pairwise(borders), strict=True):
        if note.midi is not None:
            wave[start:stop] = _tone(note.midi, stop - start, rate)
    return wave


def _tone(midi: int, samples: int, rate: int) -> np.ndarray:
    frequency = 440 * 2 ** ((midi - 69) / 12)
    time = np.arange(samples) / rate
    tone = np.zeros(samples)
    for number, strength in enumerate(_HARMONICS, 1):
        if number * frequency < rate / 2:  # what is higher would come back as a wrong, lower tone
            tone += strength * np.sin(2 * np.pi * number * frequency * time)
    tone *= PEAK / sum(_HARMONICS) * np.exp(-time / _DECAY)
    attack, release = (min(round(part * rate), samples // 2) for part in (_ATTACK, _RELEASE))
    tone[:attack] *= _rise(attack)
    tone[samples - release :] *= _rise(release)[::-1]
    return tone


def _rise(samples: int) -> np.ndarray:
    """From 0 upwards to nearly 1, without a corner at either end."""
    return 0.5 - 0.5 * np.cos(np.pi * np.arange(samples) / max(samples, 1))


def wav(wave: np.ndarray, rate: int = RATE) -> bytes:
    """A sound as a WAV file of 16 bits, one channel.

    Args:
        wave: `(samples,)` between -1 and 1.
        rate: Samples a second.

    Returns:
        The file's content, two bytes a sample and 44 before them.

    Raises:
        ValueError: Another shape, values that are not finite or beyond -1 to 1, or a rate out of
            bounds (see `waveform`).
    """
    wave = np.asarray(wave)
    if wave.ndim != 1 or not wave.size or wave.dtype.kind != "f":
        raise ValueError(
            f"expected a sound as floats (samples,), got {wave.dtype} {wave.shape}; "
            f"`waveform` makes one"
        )
    loudest = np.abs(wave).max()
    if not loudest <= 1:
        raise ValueError(
            f"the sound reaches {loudest:.3g}, expected finite values from -1 to 1: divide it by "
            f"its largest"
        )
    _check_rate(rate)
    file = io.BytesIO()
    with wave_file.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(np.round(wave * 32767).astype("<i2").tobytes())
    return file.getvalue()


def _check_rate(rate: int) -> None:
    expect.integer(8_000, rate=rate)
    expect.number("rate", rate, at_most=48_000)
