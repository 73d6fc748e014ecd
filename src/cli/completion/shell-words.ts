/** A word of a line as it is typed in a POSIX shell. */
export interface ShellWord {
  /** Without the quotes and backslashes. */
  readonly text: string
  /** Where it begins in the line. */
  readonly start: number
  /** Behind its last character. */
  readonly end: number
  /** The quote that is open at the end of the line, or the backslash with nothing behind it. */
  readonly open: '"' | "'" | '\\' | undefined
}

export interface ShellLine {
  readonly words: readonly ShellWord[]
  /** The first of `|`, `&`, `;`, `<`, `>`, `(`, `)` and backquote outside of quotes: a shell would do something else. */
  readonly operator: string | undefined
}

const space = /\s/
const operators = /[|&;<>()`]/
/** What a backslash takes the meaning of between double quotes. Before anything else it is a backslash. */
const escapedInQuotes = /["\\$`]/
const plain = /^[\w@%+=:,./-]+$/

/** Takes a line apart as a POSIX shell does with one that has quotes, backslashes and comments, and nothing else. */
export function splitLine(line: string): ShellLine {
  const words: ShellWord[] = []
  let operator: string | undefined
  let at = 0
  while (at < line.length) {
    if (space.test(line[at]!)) {
      at++
      continue
    }
    if (line[at] === '#') break
    const word = readWord(line, at, (char) => space.test(char))
    operator ??= word.operator
    words.push(word)
    at = word.end
  }
  return { words, operator }
}

/** One word without its quotes and backslashes; a quote may be open still. */
export const unquote = (word: string): string => readWord(word, 0, () => false).text

/** A word as it has to be typed to be this text. */
export const quote = (text: string): string =>
  plain.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`

function readWord(
  line: string,
  start: number,
  isEnd: (char: string) => boolean,
): ShellWord & { readonly operator: string | undefined } {
  let text = ''
  let open: '"' | "'" | undefined
  let operator: string | undefined
  let at = start
  for (; at < line.length; at++) {
    const char = line[at]!
    if (open === undefined && isEnd(char)) break
    if (char === open) open = undefined
    else if (open === undefined && (char === '"' || char === "'")) open = char
    else if (char === '\\' && open !== "'") {
      const next = line[at + 1]
      if (next === undefined) return { text, start, end: at + 1, open: open ?? '\\', operator }
      text += open === undefined || escapedInQuotes.test(next) ? next : char + next
      at++
    } else {
      if (open === undefined && operators.test(char)) operator ??= char
      text += char
    }
  }
  return { text, start, end: at, open, operator }
}
