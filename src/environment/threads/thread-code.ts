import { createRequire } from 'node:module'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { hush } from '../seat/hush.ts'
import type { SeatedProgram } from '../seat/seat-order.ts'

/**
 * What a thread runs: the program, hushed, with its arguments. tsx, where it translates the program that runs, leaves threads
 * alone, and has to be asked once more there.
 */
export function threadCode({ entry, argv }: Pick<SeatedProgram, 'entry' | 'argv'>): URL {
  const translator = tsxApi(process.execArgv)
  const lines = [
    hush,
    `process.argv = ${JSON.stringify([process.execPath, entry, ...argv])}`,
    ...(translator === undefined ? [] : [`(await import(${JSON.stringify(translator)})).register()`]),
    `await import(${JSON.stringify(pathToFileURL(entry).href)})`,
  ]
  return new URL(`data:text/javascript,${encodeURIComponent(lines.join(';\n'))}`)
}

/**
 * The options of node for a thread; undefined: those of this process. Preloads in TypeScript cannot be had there, as they
 * come before tsx does, and have no business there.
 */
export function threadExecArgv(execArgv: readonly string[]): readonly string[] | undefined {
  const isPreload = (at: number): boolean =>
    execArgv[at - 1] === '--import' && /\.[cm]?ts$/.test(execArgv[at]!)
  if (!execArgv.some((_, at) => isPreload(at))) return undefined
  // What else there may be is of the process as a whole, and refused where it is said of a thread.
  return execArgv.flatMap((argument, at) =>
    loading.has(execArgv[at - 1] ?? '') && !isPreload(at) ? [execArgv[at - 1]!, argument] : [],
  )
}

const loading: ReadonlySet<string> = new Set(['--import', '--require', '-r', '--conditions', '-C'])

/** Where the tsx that this process was started with can be asked; undefined: it was started without. */
function tsxApi(execArgv: readonly string[]): string | undefined {
  const values = execArgv.map((argument) => argument.replace(/^--(import|loader|require)=/, ''))
  const file = values.find((value) => /[\\/]tsx[\\/]dist[\\/]/.test(value))
  const isNamed = values.some((value) => value === 'tsx' || value.startsWith('tsx/'))
  if (file === undefined && !isNamed) return undefined
  const from =
    file?.startsWith('file:') === true ? fileURLToPath(file) : (file ?? join(process.cwd(), 'program'))
  try {
    // Its hooks find each other from its module for import only.
    return pathToFileURL(
      createRequire(from)
        .resolve('tsx/esm/api')
        .replace(/\.cjs$/, '.mjs'),
    ).href
  } catch {
    return undefined
  }
}
