/**
 * What a key press is called: the character itself, or `up`, `down`, `left`, `right`, `home`, `end`, `pageup`,
 * `pagedown`, `enter`, `escape`, `tab`, `backspace`, `delete`, `ctrl-c` and the like.
 */
export type Key = string

export interface DecodedKeys {
  readonly keys: readonly Key[]
  /** The beginning of an escape sequence, or the escape key: which of them only time can tell. */
  readonly rest: string
}

const finals: Readonly<Record<string, Key>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
}

const numbered: Readonly<Record<string, Key>> = {
  1: 'home',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
}

const controls: Readonly<Record<string, Key>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\b': 'backspace',
  '\u007f': 'backspace',
}

/** Of the kinds CSI and SS3, with modifiers; then, what may still become one; then any other with the Alt key. */
const whole = /^\u001b(?:\[\[[A-E]|\[([0-9;?<]*)[ -/]*([@-Z\\-~])|O([A-Za-z]))/
const partial = /^\u001b(?:\[\[?[0-9;?<]*[ -/]*|O)?$/

/** The keys in what a terminal has sent. Sequences that name no key of ours are dropped. */
export function decodeKeys(text: string): DecodedKeys {
  const keys: Key[] = []
  let rest = text
  while (rest !== '') {
    if (!rest.startsWith('\u001b')) {
      const character = String.fromCodePoint(rest.codePointAt(0)!)
      keys.push(keyOf(character))
      rest = rest.slice(character.length)
      continue
    }
    const sequence = whole.exec(rest)
    if (sequence !== null) {
      const [{ length }, parameters = '', csi, ss3] = sequence
      const key = csi === '~' ? numbered[parameters.split(';')[0]!] : finals[csi ?? ss3 ?? '']
      if (key !== undefined) keys.push(key)
      rest = rest.slice(length)
    } else if (partial.test(rest)) break
    else if (rest.startsWith('\u001b\u001b')) {
      keys.push('escape')
      rest = rest.slice(1)
    } else {
      const withAlt =
        rest[1] === '[' || rest[1] === 'O' ? 2 : 1 + String.fromCodePoint(rest.codePointAt(1)!).length
      rest = rest.slice(withAlt)
    }
  }
  return { keys, rest }
}

function keyOf(character: string): Key {
  const named = controls[character]
  if (named !== undefined) return named
  const code = character.codePointAt(0)!
  return code < 27 ? `ctrl-${String.fromCharCode(96 + code)}` : character
}
