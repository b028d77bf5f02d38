/*
 * Matrices and what they do to vectors. A matrix is {rows, columns, values}, row by row; vectors
 * are arrays. Plain loops: a slider must not wait.
 */

export const nothing = (count) => new Float64Array(count);

/* The bytes of a text in base64, which may come in pieces. */
function decoded(text) {
  return Uint8Array.from(atob([].concat(text).join("")), (sign) => sign.charCodeAt(0)).buffer;
}

/* A weight as `weights.py` keeps it: whole numbers, and for each row the step they count in. */
export function unpacked({shape: [rows, columns], steps, whole}) {
  const small = new Int8Array(decoded(whole)), each = new Float32Array(decoded(steps));
  const values = Float64Array.from(small, (one, at) => one * each[Math.floor(at / columns)]);
  return {rows, columns, values};
}

/* A copy of one row. */
export const row = ({columns, values}, at) => values.slice(at * columns, (at + 1) * columns);

/* Adds to `sums` what a vector becomes by a matrix, and returns them. */
export function through(vector, {columns, values}, sums = nothing(columns)) {
  for (let at = 0, place = 0; at < vector.length; at += 1) {
    for (let column = 0; column < columns; column += 1, place += 1) {
      sums[column] += vector[at] * values[place];
    }
  }
  return sums;
}

/* The way back: a number for each row, its product with a vector, as a gradient goes. */
export function back(vector, {rows, columns, values}) {
  const sums = nothing(rows);
  for (let at = 0, place = 0; at < rows; at += 1) {
    for (let column = 0; column < columns; column += 1, place += 1) {
      sums[at] += vector[column] * values[place];
    }
  }
  return sums;
}
