// Which licences are in this node_modules, how many packages have them, and how much they weigh?
//
//   npm start                        the packages this project uses itself
//   npm start -- ../other-project    those of another
//   node --import tsx examples/licences.ts ../other-project
//
// An async walk feeds an async read, sixteen at a time; a service says what kind of licence each is; a keyed
// aggregation counts; a sink prints. Ctrl-C stops the walk and prints what has been found by then.

import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { type JobProgress, type JobResult, LocalEnvironment, type NodeResult } from '../src/index.ts'
import { findPackages, modulesFolder } from './licences/find-packages.ts'
import { type LicenceKind, LicenceRegistry } from './licences/licence-registry.ts'
import { readPackage } from './licences/read-package.ts'
import { StatusLine } from './licences/status-line.ts'
import { bytes, type Column, integer, printable, table } from './licences/table.ts'

interface Licence {
  readonly licence: string
  readonly kind: LicenceKind | ''
  readonly packages: number
  readonly bytes: number
}

const width = (): number => process.stdout.columns || 80
const status = new StatusLine(process.stderr)

async function main(path: string): Promise<void> {
  const modules = await modulesFolder(path)
  const unreadable: string[] = []

  const env = new LocalEnvironment('licences').registerService('registry', LicenceRegistry)

  env
    .fromBatch(() => findPackages(modules), { name: 'walk' })
    .map(readPackage, { name: 'read', concurrency: 16, ordered: false, onError: 'dead-letter' })
    .map(async (found, ctx) => ({ ...found, kind: await ctx.service('registry').classify(found.licence) }), {
      name: 'classify',
    })
    .keyBy(({ licence, kind }) => [licence, kind] as const, { name: 'by licence' })
    .aggregate(
      {
        create: () => ({ packages: 0, bytes: 0 }),
        add: (sum, found) => ({ packages: sum.packages + 1, bytes: sum.bytes + found.bytes }),
        result: (sum, [licence, kind]): Licence => ({ licence, kind, ...sum }),
      },
      { name: 'sum up' },
    )
    .sink(LicenceTable, { name: 'table' })

  env.deadLetters<string>().sink(
    ({ record, error }) => {
      unreadable.push(
        `${record.replace(modules, '')}: ${error instanceof Error ? error.message : String(error)}`,
      )
    },
    { name: 'unreadable' },
  )

  const job = env.submit({ autostop: true })
  status.show(`licences in ${modules}`)
  const watch = env.progress$.subscribe((progress) => status.show(progressLine(progress)))
  const result = await job.finally(() => {
    watch.unsubscribe()
    status.clear()
  })
  printUnreadable(unreadable)
  printSummary(result)
}

/** A sink with a `close`: it is called once, after the last record, also when the job was stopped. */
class LicenceTable {
  readonly #rows: Licence[] = []

  write(row: Licence): void {
    this.#rows.push(row)
  }

  close(): void {
    this.#rows.sort(
      (a, b) => b.packages - a.packages || b.bytes - a.bytes || (a.licence < b.licence ? -1 : 1),
    )
    const total = (column: 'packages' | 'bytes'): number =>
      this.#rows.reduce((sum, row) => sum + row[column], 0)
    const totals: Licence = { licence: 'total', kind: '', packages: total('packages'), bytes: total('bytes') }
    const columns: Column<Licence>[] = [
      { title: 'licence', cell: (row) => row.licence },
      { title: 'kind', cell: (row) => row.kind, optional: true },
      { title: 'packages', cell: (row) => integer(row.packages), right: true },
      { title: 'size', cell: (row) => bytes(row.bytes), right: true },
    ]
    status.clear()
    console.log(table(columns, [...this.#rows, totals], width()))
  }
}

function progressLine({ status: job, nodes, elapsedMs }: JobProgress): string {
  const [walk, read] = nodes as [NodeResult, NodeResult, ...NodeResult[]]
  const done = read.out + read.dropped + read.deadLettered
  const seconds = (elapsedMs / 1000).toFixed(1)
  const rate = integer((done * 1000) / Math.max(1, elapsedMs))
  return `${job}: ${integer(walk.out)} found, ${integer(done)} read, ${rate}/s, ${seconds} s`
}

function printUnreadable(letters: readonly string[]): void {
  if (letters.length === 0) return
  console.log(`\n${letters.length === 1 ? '1 package' : `${letters.length} packages`} could not be read:`)
  for (const letter of letters.toSorted().slice(0, 20)) console.log(`  ${printable(letter)}`)
  if (letters.length > 20) console.log(`  and ${letters.length - 20} more`)
}

function printSummary({ status: job, durationMs, nodes, services }: JobResult): void {
  const columns: Column<NodeResult>[] = [
    { title: 'operator', cell: ({ name }) => name },
    { title: 'in', cell: (node) => (node.kind === 'source' ? '' : integer(node.in)), right: true },
    { title: 'out', cell: (node) => (node.kind === 'sink' ? '' : integer(node.out)), right: true },
    { title: 'dropped', cell: (node) => integer(node.dropped), right: true },
    { title: 'dead-lettered', cell: (node) => integer(node.deadLettered), right: true, optional: true },
    {
      title: 'records/s',
      cell: (node) => integer((Math.max(node.in, node.out) * 1000) / Math.max(1, durationMs)),
      right: true,
      optional: true,
    },
  ]
  console.log(`\n${table(columns, nodes, width())}`)
  const seconds = `${(durationMs / 1000).toFixed(1)} s`
  console.log(
    job === 'stopped'
      ? `\nstopped after ${seconds}: this is what had been found by then`
      : `\n${job} in ${seconds}`,
  )
  for (const { name, stopped, cleaned, error } of services) {
    const done = [stopped ? 'stopped' : 'not stopped', cleaned ? 'cleaned up' : 'not cleaned up'].join(', ')
    console.log(`service ${name}: ${done}${error === undefined ? '' : ` (${error})`}`)
  }
}

try {
  await main(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)))
} catch (error) {
  console.error(`licences: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
