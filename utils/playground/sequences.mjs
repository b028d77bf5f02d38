/* What the gated units read: numbers, and markers beside some of them. */

export const STEPS = 12;

const zeros = () => new Array(STEPS).fill(0);

/* A 1 at the first step, then nothing; markers at the given steps, which count from 1. */
export function blip(...marked) {
  const numbers = zeros(), markers = zeros();
  numbers[0] = 1;
  for (const step of marked) markers[step - 1] = 1;
  return {numbers, markers};
}

/* Sample and hold: the last marked number is wanted, as the candidate would write it. */
export function hold() {
  const numbers = [0.4, 0.8, -0.6, 0.3, -0.9, 0.5, -0.7, 0.9, 0.6, -0.2, -0.4, 0.1];
  const markers = zeros(), wanted = zeros();
  for (const step of [2, 5, 9]) {
    markers[step - 1] = 1;
    wanted.fill(Math.tanh(numbers[step - 1]), step - 1);
  }
  return {numbers, markers, wanted};
}

/* The same numbers after two different pasts, with one marker. */
export function afresh() {
  const {numbers, markers} = blip(5);
  numbers.splice(0, STEPS, 0.3, 0, -0.2, 0.1, 0.5, 0, 0.4, -0.3, 0.2, 0, -0.1, 0.3);
  return {numbers, markers, pasts: [-0.9, 0.9]};
}
