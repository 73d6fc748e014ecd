import { dirname, join, relative, sep } from 'node:path'
import { existsSync } from 'node:fs'

/**
 * Sources have names in a job that say nothing of the folders of whoever submitted it: `program:///src/main.ts`. The
 * environment that submitted it knows the folder, and tells errors with the files as they are there.
 */
const scheme = 'program:///'

/** A step out of the root: URLs take `..` away. */
const UP = '_up'

const inText = /program:\/\/\/([\w.@+~/-]+)/g

/** What the names of a program's sources are relative to: the folder of its package, else its own. */
export function rootOf(entry: string): string {
  const own = dirname(entry)
  for (let folder = own; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder
    if (dirname(folder) === folder) return own
  }
}

/** The name of a file in the job. */
export function sourceName(root: string, file: string): string {
  const steps = relative(root, file)
    .split(sep)
    .map((step) => (step === '..' ? UP : escape(step)))
  return scheme + steps.join('/')
}

/** The text with the names of sources as they are here. */
export function withLocalNames(root: string, text: string): string {
  return text.replace(inText, (_name, path: string) =>
    join(root, ...path.split('/').map((step) => (step === UP ? '..' : unescape(step)))),
  )
}

/** So that the end of a name can be told in any text. Versions of Node differ in what they make of `%`. */
function escape(step: string): string {
  return step.replace(/[^\w.@+-]/gu, (letter) =>
    [...Buffer.from(letter)].map((byte) => `~${byte.toString(16).padStart(2, '0')}`).join(''),
  )
}

function unescape(step: string): string {
  return step.replace(/(?:~[0-9a-f]{2})+/g, (bytes) =>
    Buffer.from(bytes.replaceAll('~', ''), 'hex').toString(),
  )
}
