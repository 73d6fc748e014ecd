import { readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { complete } from '../completion/complete.ts'
import { contextCandidates } from '../completion/context-candidates.ts'
import { quote, splitLine } from '../completion/shell-words.ts'
import { scope } from './javascript.ts'
import { isCommandName, ownCommands } from './shell-line.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * What could stand at the end of a line, each as it would have to be typed, and what of it is typed already. Undefined
 * where the line is JavaScript.
 */
export async function completeLine(
  line: string,
  env: Environment,
): Promise<readonly [candidates: string[], typed: string] | undefined> {
  const { words } = splitLine(line)
  const last = words.at(-1)
  const isNew = last === undefined || last.end < line.length
  const texts = [...words.map(({ text }) => text), ...(isNew ? [''] : [])]
  const typed = isNew ? '' : line.slice(last.start)
  const [first = ''] = texts
  const found =
    texts.length === 1 ? await beginnings(first) : isCommandName(first) ? await rest(texts, env) : []
  if (found.length === 0) return isCommandName(first) && texts.length > 1 ? [[], typed] : undefined
  const [only] = found
  return [found.length === 1 && !/[/=]$/.test(only!) ? [`${only} `] : found, typed]
}

/** Commands, and what JavaScript is likely to begin with. */
async function beginnings(word: string): Promise<string[]> {
  const completion = await complete([word], {})
  const commands = completion.kind === 'words' ? completion.candidates.map(({ value }) => value) : []
  const names = new Set([...commands.filter((name) => name !== 'shell'), ...ownCommands, ...scope])
  return [...names].filter((name) => name.startsWith(word))
}

async function rest(words: readonly string[], env: Environment): Promise<string[]> {
  const [first, second = ''] = words
  if (first === 'exit') return []
  if (first === 'use') {
    const contexts = words.length === 2 ? contextCandidates(env) : []
    return contexts.map(({ value }) => quote(value)).filter((name) => name.startsWith(second))
  }
  const completion = await complete(words, env)
  if (completion.kind === 'words') return completion.candidates.map(({ value }) => quote(value))
  const { kind, typed } = completion
  const last = words.at(-1)!
  const prefix = last.slice(0, last.length - typed.length)
  return paths(typed, kind === 'folders').map((path) => prefix + path)
}

function paths(typed: string, onlyFolders: boolean): string[] {
  const name = typed.endsWith('/') ? '' : basename(typed)
  const folder = typed.slice(0, typed.length - name.length)
  const inHome = folder.startsWith('~/')
  try {
    const where = inHome ? join(homedir(), folder.slice(1)) : folder === '' ? '.' : folder
    return readdirSync(where, { withFileTypes: true })
      .filter((entry) => entry.name.startsWith(name) && (name !== '' || !entry.name.startsWith('.')))
      .filter((entry) => !onlyFolders || entry.isDirectory())
      .map((entry) => {
        const path = `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`
        return inHome ? `~/${quote(path.slice(2))}` : quote(path)
      })
  } catch {
    return []
  }
}
