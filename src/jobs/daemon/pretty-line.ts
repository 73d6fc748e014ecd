import pc from 'picocolors'

/** What pino writes, as far as it is shown. */
interface Entry {
  readonly level: number
  readonly time?: string
  readonly msg?: string
  readonly err?: { readonly message?: string; readonly stack?: string }
}

/** What every line has, and what is not shown as a field. */
const known = new Set(['level', 'time', 'msg', 'err', 'pid'])

/** A JSON line of the log as people read it: time, level where it is not `info`, message, fields, the error's stack. */
export function prettyLine(json: string, colours: boolean): string {
  const colour = pc.createColors(colours)
  const entry = parse(json)
  if (entry === undefined) return printable(json)
  const fields = Object.entries(entry)
    .filter(([name]) => !known.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? quoted(value) : JSON.stringify(value)}`)
    .join(' ')
  const parts = [
    colour.dim(entry.time === undefined ? '' : new Date(entry.time).toTimeString().slice(0, 8)),
    levelOf(entry.level, colour),
    printable(entry.msg ?? ''),
    colour.dim(printable(fields)),
  ]
  const details = entry.err?.stack ?? entry.err?.message
  return [
    parts.filter((part) => part !== '').join(' '),
    ...(details === undefined ? [] : [printable(details).replaceAll(/^/gm, '  ')]),
    '',
  ].join('\n')
}

function parse(json: string): Entry | undefined {
  try {
    return JSON.parse(json) as Entry
  } catch {
    return undefined
  }
}

function levelOf(level: number, colour: ReturnType<typeof pc.createColors>): string {
  if (level >= 50) return colour.red('error')
  if (level >= 40) return colour.yellow('warn')
  return level >= 30 ? '' : colour.dim('debug')
}

const quoted = (text: string): string => (/^[^\s"=]+$/.test(text) ? text : JSON.stringify(text))

/** Names of jobs are anybody's: what a terminal would take for an order is left out. */
const printable = (text: string): string => text.replaceAll(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, '')
