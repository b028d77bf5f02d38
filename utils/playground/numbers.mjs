/* Small functions of numbers, and how numbers are written. */

export function sigmoid(a) {
  return 0.5 + 0.5 * Math.tanh(0.5 * a);
}

/* Weights that add up to 1. Only differences of scores count, so the largest becomes 0. */
export function softmax(scores) {
  const most = Math.max(...scores);
  const parts = scores.map((score) => Math.exp(score - most));
  const sum = parts.reduce((total, part) => total + part, 0);
  return parts.map((part) => part / sum);
}

export function dot(a, b) {
  return a.reduce((total, value, place) => total + value * b[place], 0);
}

/* Two decimals and a true minus, which no value that rounds to zero has. */
export function written(value, decimals = 2) {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
}

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

export function power(exponent) {
  const digits = [...String(Math.abs(exponent))].map((digit) => RAISED[digit]).join("");
  return `10${exponent < 0 ? "⁻" : ""}${digits}`;
}

/* A share that may be tiny or huge: 0.24, or 3 · 10⁻⁹. */
export function magnitude(value) {
  if (value === 0) return "exactly 0";
  const [digits, exponent] = value.toExponential(1).split("e");
  if (exponent >= -2 && exponent < 3) return written(value, exponent > 0 ? 0 : 2);
  return `${digits} · ${power(Number(exponent))}`;
}
