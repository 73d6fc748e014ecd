/** The one of `words` that `word` was probably meant to be, whatever its case; undefined when none is near. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  let best: string | undefined
  let least = Infinity
  for (const other of words) {
    const edits = distance(word.toLowerCase(), other.toLowerCase())
    // One edit in three letters is a slip of the pen, more is another word.
    if (edits >= least || edits > Math.max(word.length, other.length) / 3) continue
    best = other
    least = edits
  }
  return best
}

/** Letters added, left out, replaced, or swapped with the next, to make one word of the other. */
function distance(from: string, to: string): number {
  let before: number[] = []
  let above: number[] = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const replaced = above[column - 1]! + (from[row - 1] === to[column - 1] ? 0 : 1)
      const swapped =
        from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
          ? before[column - 2]! + 1
          : Infinity
      current.push(Math.min(replaced, swapped, above[column]! + 1, current[column - 1]! + 1))
    }
    before = above
    above = current
  }
  return above[to.length]!
}
