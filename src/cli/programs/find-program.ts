import { existsSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, extname, join, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'

/** A program file, and how node runs it. */
export interface FoundProgram {
  /** As it was given. */
  readonly name: string
  /** Absolute. */
  readonly path: string
  /** For node, in front of the file. */
  readonly nodeArgs: readonly string[]
  /** Environment variables for the loader. */
  readonly env: Readonly<Record<string, string>>
}

const javascript = ['.js', '.mjs', '.cjs']
const typescript = ['.ts', '.mts', '.cts', '.tsx', '.jsx']

/** @throws InvalidArgumentError when there is no such file, or none that node could run. */
export function findProgram(name: string): FoundProgram {
  const path = resolve(name)
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) throw wrong(`There is no file '${name}'.`)
  if (!found.isFile()) throw wrong(`'${name}' is no file.`)
  const extension = extname(path)
  const isTypescript = typescript.includes(extension)
  if (!isTypescript && !javascript.includes(extension)) {
    throw wrong(`'${name}' is no TypeScript or JavaScript file.`)
  }
  const inside = insideModule()
  // What is loaded into the process is TypeScript itself where this command is.
  const loader = isTypescript || inside.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : []
  return {
    name,
    path,
    nodeArgs: [...loader, '--import', inside],
    env: isTypescript ? loaderSettings(path) : {},
  }
}

/**
 * @throws InvalidArgumentError when the millrace of the program would run it instead of halting it where a command
 * wants it to.
 */
export function checkHalts({ name, path }: FoundProgram): void {
  const found = libraryOf(path)
  if (found === undefined || found.command >= 1) return
  throw wrong(
    `The millrace of '${name}' is ${found.version}, which this command cannot halt at its submit.`,
    'Update it: npm install millrace@latest.',
  )
}

/** The millrace that a program has installed; undefined: it has none that is known. */
export function libraryOf(path: string): { readonly version: string; readonly command: number } | undefined {
  try {
    const file = createRequire(path).resolve('millrace/package.json')
    const { version, millrace } = JSON.parse(readFileSync(file, 'utf8')) as {
      readonly version: string
      readonly millrace?: { readonly command?: number }
    }
    return { version, command: millrace?.command ?? 0 }
  } catch {
    return undefined
  }
}

/** The loader looks for a tsconfig.json where it is started; the program's may be elsewhere. */
function loaderSettings(path: string): Record<string, string> {
  if (process.env['TSX_TSCONFIG_PATH'] !== undefined) return {}
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const file = join(folder, 'tsconfig.json')
    if (existsSync(file)) return { TSX_TSCONFIG_PATH: file }
    if (folder === dirname(folder)) return {}
  }
}

/** URL of the module that is loaded in front of the program. */
function insideModule(): string {
  const built = new URL('./inside/main.js', import.meta.url)
  return existsSync(fileURLToPath(built)) ? built.href : new URL('./inside/main.ts', import.meta.url).href
}

function wrong(
  message: string,
  remedy = 'Name the file that records a pipeline and submits it, such as src/main.ts.',
): InvalidArgumentError {
  return new InvalidArgumentError(message, { remedy })
}
