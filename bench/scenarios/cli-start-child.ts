import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { report } from '../report/channel.ts'

/** Milliseconds from starting a process until it is gone. */
export interface CliStartRound {
  /** `node -e 0`. */
  readonly bare: number
  /** `node -e 'process.exit()'`. */
  readonly exit: number
  readonly command: number
}

const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '3' } },
  allowPositionals: true,
})

// As the package has it: JavaScript that lies beside its package.json.
const main = join(import.meta.dirname, '../../src/cli/main.js')

const time = (args: readonly string[]): number => {
  const start = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  const elapsed = performance.now() - start
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${String(status)}: ${stderr}`)
  return elapsed
}

const measure = (): CliStartRound => ({
  bare: time(['-e', '0']),
  exit: time(['-e', 'process.exit()']),
  command: time([main, ...positionals]),
})

// The first one finds nothing in the caches of the disk.
measure()
report(Array.from({ length: Number(values.rounds) }, measure))
