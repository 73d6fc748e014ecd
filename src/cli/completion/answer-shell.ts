import process from 'node:process'
import { complete } from './complete.ts'
import type { Candidate, Completion } from './completion.ts'
import { unquote } from './shell-words.ts'

/**
 * `millrace __complete [--quoted] -- <words>`: what the scripts of shells ask. The last word is the one that is typed.
 * With `--quoted` they are as they were typed, with quotes and backslashes. The answer is `:words`, `:files` or
 * `:folders` in a line; behind `:words` a line for each, with a tab before its description, behind the others the path
 * as far as it is typed. Never an error: there would be nobody to read it. @returns the exit code.
 */
export async function answerShell(args: readonly string[]): Promise<number> {
  const from = args.indexOf('--')
  const typed = args.slice(from + 1)
  const words = args.slice(0, Math.max(0, from)).includes('--quoted') ? typed.map(unquote) : typed
  try {
    process.stdout.write(`${answer(await complete(words, process.env))}\n`)
    return 0
  } catch {
    return 1
  }
}

const answer = (completion: Completion): string =>
  [
    `:${completion.kind}`,
    ...(completion.kind === 'words' ? completion.candidates.flatMap(lineFor) : [completion.typed]),
  ].join('\n')

/** None for a name that moves the cursor: it could not be typed. */
function lineFor({ value, description }: Candidate): readonly string[] {
  if (value !== withoutControls(value)) return []
  return [description === undefined ? value : `${value}\t${withoutControls(description)}`]
}

const withoutControls = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
