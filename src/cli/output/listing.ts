import process from 'node:process'
import { match } from 'ts-pattern'
import { columns as terminalColumns, note, print } from '../terminal.ts'
import type { OutputFormat } from './output-format.ts'
import type { Column } from './table.ts'

/** How things of one kind are shown. */
export interface Listing<T> {
  readonly columns: readonly Column<T>[]
  /** Of one of them, for `--output name`: what other commands take. */
  readonly name: (row: T) => string
  /** Told on stderr where there are none, of a table only. */
  readonly none: string
}

/** Writes all of them to stdout. Where that is no terminal a table is as wide as it needs to be. */
export async function printListing<T>(
  rows: readonly T[],
  listing: Listing<T>,
  format: OutputFormat,
): Promise<void> {
  if (format === 'table' || format === 'wide') return printTable(rows, listing, format)
  const text = await match(format)
    .with('json', () => json(rows))
    .with('ndjson', () => rows.map((row) => JSON.stringify(row)).join('\n'))
    .with('yaml', () => yaml(rows))
    .with('name', () => rows.map(listing.name).join('\n'))
    .exhaustive()
  if (text !== '') print(text)
}

/** Writes one thing to stdout: as text for people, or as data. */
export async function printOne<T>(
  value: T,
  format: OutputFormat,
  { text, name }: { readonly text: () => string | Promise<string>; readonly name: (value: T) => string },
): Promise<void> {
  print(
    await match(format)
      .with('table', 'wide', () => text())
      .with('json', () => json(value))
      .with('ndjson', () => JSON.stringify(value))
      .with('yaml', () => yaml(value))
      .with('name', () => name(value))
      .exhaustive(),
  )
}

async function printTable<T>(
  rows: readonly T[],
  { columns, none }: Listing<T>,
  format: 'table' | 'wide',
): Promise<void> {
  if (rows.length === 0) return note(none)
  const { formatRows } = await import('./table.ts')
  const shown = columns.filter(({ wide = false }) => format === 'wide' || !wide)
  print(formatRows(rows, shown, process.stdout.isTTY ? terminalColumns() : Infinity).join('\n'))
}

const json = (value: unknown): string => JSON.stringify(value, undefined, 2)

async function yaml(value: unknown): Promise<string> {
  const { stringify } = await import('yaml')
  return stringify(value).trimEnd()
}
