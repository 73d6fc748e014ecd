import { existsSync } from 'node:fs'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { dirname, relative, resolve, sep } from 'node:path'
import { lostNames, moduleUrl } from './module-urls.ts'
import { packageOf } from './package-of.ts'

/** What the code of a bundle asks for and will not find. */
export interface OutputFindings {
  /** `file:line: what`, each with how to ship it. */
  readonly problems: readonly string[]
  readonly warnings: readonly string[]
}

export interface OutputQuestion {
  readonly code: string
  /** Its sources are paths on this machine. */
  readonly map: SourceMapPayload
  readonly root: string
  /** Folder of the entry. */
  readonly folder: string
  /** Paths below it that are shipped. */
  readonly assets: readonly string[]
}

const lost = new RegExp(`\\b(${Object.keys(lostNames).join('|')})\\b`, 'g')
const beside = new RegExp(`new URL\\(\\s*(["'\`])([^"'\`$]+)\\1,\\s*(?:\\w+\\.)?${moduleUrl}\\d*\\)`, 'g')
const required = new RegExp(`createRequire\\d*\\)?\\((?:\\w+\\.)?${moduleUrl}\\d*\\)`, 'g')

/** Looks through the output, where there are neither comments nor code that nobody calls, for files it reads. */
export function checkOutput({ code, map, root, folder, assets }: OutputQuestion): OutputFindings {
  const at = locator(code, map)
  const shown = ({ file, line }: Place): string => `${relative(root, file)}:${line}`
  const problems = new Set<string>()
  const warnings = new Set<string>()
  for (const match of code.matchAll(lost)) {
    if (/typeof\s+$/.test(code.slice(0, match.index))) continue
    const place = at(match.index)
    problems.add(`${shown(place)}: ${lostNames[match[1]!]} is nothing in a bundle: ${remedyFor(place.file)}`)
  }
  for (const match of code.matchAll(beside)) {
    const place = at(match.index)
    const wanted = resolve(dirname(place.file), decodeURI(match[2]!))
    if (isAbove(wanted, place.file) || !existsSync(wanted) || isShipped(wanted, folder, assets)) continue
    problems.add(
      `${shown(place)}: reads '${match[2]}', which is not shipped: ${assetFor(wanted, place.file, folder)}`,
    )
  }
  for (const match of code.matchAll(required)) {
    warnings.add(
      `${shown(at(match.index))}: what is loaded through createRequire is not in the bundle; list it in 'packages' or 'assets'`,
    )
  }
  return { problems: [...problems], warnings: [...warnings] }
}

interface Place {
  readonly file: string
  readonly line: number
}

/** Where in the sources a place in the output is from. */
function locator(code: string, payload: SourceMapPayload): (index: number) => Place {
  const map = new SourceMap(payload)
  const starts = [0]
  for (let at = code.indexOf('\n'); at !== -1; at = code.indexOf('\n', at + 1)) starts.push(at + 1)
  return (index) => {
    let line = starts.findLastIndex((start) => start <= index)
    for (; line >= 0; line--) {
      const entry = map.findEntry(line, line === starts.length ? 0 : index - starts[line]!)
      if ('originalSource' in entry && entry.originalSource) {
        return { file: entry.originalSource, line: entry.originalLine + 1 }
      }
    }
    return { file: payload.file, line: 1 }
  }
}

/** The folder of a module is asked for to name others, and is there. */
function isAbove(wanted: string, file: string): boolean {
  return file.startsWith(wanted.endsWith(sep) ? wanted : wanted + sep)
}

function isShipped(wanted: string, folder: string, assets: readonly string[]): boolean {
  const path = relative(folder, wanted).split(sep).join('/')
  return assets.some((asset) => asset === path || asset.startsWith(`${path}/`))
}

function packageIn(file: string): string | undefined {
  return /[\\/]node_modules[\\/]/.test(file) ? packageOf(dirname(file))?.manifest.name : undefined
}

function remedyFor(file: string): string {
  const name = packageIn(file)
  return name === undefined
    ? `write new URL('./file', import.meta.url), and list the file in 'assets'`
    : `ship the package as it is, { packages: ['${name}'] } or --package ${name}`
}

function assetFor(wanted: string, by: string, folder: string): string {
  const name = packageIn(by)
  if (name !== undefined) return `ship the package as it is, { packages: ['${name}'] } or --package ${name}`
  const path = relative(folder, wanted).split(sep).join('/')
  return path.startsWith('../')
    ? `put it below '${folder}', the folder of the entry, and list it in 'assets'`
    : `list it, { assets: ['${path}'] } or --asset '${path}'`
}
