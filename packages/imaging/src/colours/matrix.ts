import type { Chromaticity, Primaries } from './colours.ts'

/** Three rows of three numbers. */
export type Matrix = readonly [Vector, Vector, Vector]

/** Three numbers: red, green and blue, or X, Y and Z. */
export type Vector = readonly [number, number, number]

/** @see Lindbloom, Chromatic Adaptation: the Bradford method, which ICC profiles use too */
const bradford: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
]

/** The matrix from linear light with some primaries to that with others; white stays white. */
export function convertPrimaries(from: Primaries, to: Primaries): Matrix {
  const adapted = multiply(adaptation(from.white, to.white), toXyz(from))
  return multiply(invert(toXyz(to)), adapted)
}

/** How much each channel contributes to the luminance. */
export function luminanceOf(primaries: Primaries): Vector {
  return toXyz(primaries)[1]
}

function toXyz({ white, red, green, blue }: Primaries): Matrix {
  const [r, g, b] = [toVector(red), toVector(green), toVector(blue)]
  const columns: Matrix = [
    [r[0], g[0], b[0]],
    [r[1], g[1], b[1]],
    [r[2], g[2], b[2]],
  ]
  const scale = apply(invert(columns), toVector(white))
  return columns.map((row) => row.map((value, channel) => value * (scale[channel] ?? 0))) as unknown as Matrix
}

function adaptation(from: Chromaticity, to: Chromaticity): Matrix {
  const source = apply(bradford, toVector(from))
  const target = apply(bradford, toVector(to))
  const scale = bradford.map((row, cone) =>
    row.map((value) => (value * (target[cone] ?? 0)) / (source[cone] ?? 1)),
  ) as unknown as Matrix
  return multiply(invert(bradford), scale)
}

/** X, Y and Z of a chromaticity with a luminance of 1. */
function toVector([x, y]: Chromaticity): Vector {
  return [x / y, 1, (1 - x - y) / y]
}

function apply(matrix: Matrix, vector: Vector): Vector {
  return matrix.map(
    (row) => row[0] * vector[0] + row[1] * vector[1] + row[2] * vector[2],
  ) as unknown as Vector
}

function multiply(left: Matrix, right: Matrix): Matrix {
  const column = (index: 0 | 1 | 2): Vector => [right[0][index], right[1][index], right[2][index]]
  const [a, b, c] = [apply(left, column(0)), apply(left, column(1)), apply(left, column(2))]
  return [
    [a[0], b[0], c[0]],
    [a[1], b[1], c[1]],
    [a[2], b[2], c[2]],
  ]
}

function invert([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix {
  const [A, B, C] = [e * i - f * h, f * g - d * i, d * h - e * g]
  const determinant = a * A + b * B + c * C
  const rows: Matrix = [
    [A, c * h - b * i, b * f - c * e],
    [B, a * i - c * g, c * d - a * f],
    [C, b * g - a * h, a * e - b * d],
  ]
  return rows.map((row) => row.map((value) => value / determinant)) as unknown as Matrix
}
