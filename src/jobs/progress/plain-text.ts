/** Characters of a line that are looked at. */
const LONGEST_LINE = 4096
/** Characters of a piece of it. */
const LONGEST_PIECE = 1024

/** Colours, moves of the cursor, titles: what terminals take for orders, with their end or without. */
const orders =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]?/g

/** What turns the direction of a text, and marks of its beginning. */
const marks = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g
const blanks = /[\p{Cc}\s]+/gu

/**
 * What a terminal would show of a line, the last of it first: what stands behind a carriage return has taken the place of
 * what was before. Without colours and control characters, with single blanks, and nothing that is blank.
 */
export function plainPieces(text: string): readonly string[] {
  return latest(text)
    .split('\r')
    .map((piece) => plain(piece.slice(0, LONGEST_PIECE)))
    .filter((piece) => piece !== '')
    .reverse()
}

/** Of a line that is too long: its beginning, or what was written over it last. */
function latest(text: string): string {
  if (text.length <= LONGEST_LINE) return text
  const tail = text.slice(-LONGEST_LINE)
  const at = tail.trimEnd().lastIndexOf('\r')
  return at === -1 ? text.slice(0, LONGEST_LINE) : tail.slice(tail.indexOf('\r'))
}

function plain(text: string): string {
  return text.replace(orders, '').replace(marks, '').replace(blanks, ' ').trim()
}

/** At most so many characters, of which the last is an ellipsis where some are left out. Characters are code points. */
export function shortened(text: string, most: number): string {
  // A code point has at most two units.
  const characters = [...text.slice(0, 2 * most + 2)]
  const shown = characters.length <= most ? characters : [...characters.slice(0, most - 1), '…']
  return shown.map((character) => (isHalf(character) ? '\ufffd' : character)).join('')
}

/** Of a pair: nothing that could be sent. */
const isHalf = (character: string): boolean => /^[\ud800-\udfff]$/.test(character)
