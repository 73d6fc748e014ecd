import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { graphHash } from '../../../../src/graph/graph-hash.ts'
import type { JobManager } from '../../../../src/jobs/job-manager.ts'
import {
  type JobOptionsInput,
  type Submission,
  submissionSchema,
} from '../../../../src/protocol/submission.ts'
import { bundle } from '../../process/forked-job.ts'
import { ledger } from '../programs/ledger-pipeline.ts'

export interface RealJob {
  readonly limit: number
  readonly trouble?: string
  readonly options?: JobOptionsInput
}

/** A submission of the program `ledger`, which writes to `<data>/ledger-<name>`, with its files uploaded. */
export async function ledgerFor(
  manager: JobManager,
  data: string,
  name: string,
  { limit, trouble, options = {} }: RealJob,
): Promise<Submission> {
  const outfile = join(data, 'ledger.mjs')
  if (!existsSync(outfile)) bundle(fileURLToPath(new URL('../programs/ledger.ts', import.meta.url)), outfile)
  const files = await Promise.all(
    ['ledger.mjs', 'ledger.mjs.map'].map(async (path) => {
      const bytes = readFileSync(join(data, path))
      const hash = createHash('sha256').update(bytes).digest('hex')
      if ((await manager.files.missing([hash])).length > 0) await manager.files.put(hash, chunks(bytes))
      return { path, hash, size: bytes.length }
    }),
  )
  const file = join(data, `ledger-${name}`)
  return submissionSchema.parse({
    name: 'ledger',
    program: {
      entry: 'ledger.mjs',
      files,
      ordinal: 0,
      graphHash: graphHash(ledger({ limit, file }).graph),
      argv: [String(limit), file, ...(trouble === undefined ? [] : [trouble])],
      millrace: '0.1.0',
    },
    options,
  })
}

/** What the job has written, in any order. */
export function written(data: string, name: string): readonly string[] {
  const file = join(data, `ledger-${name}`)
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').sort() : []
}

/** What it has to be. */
export function exact(limit: number): readonly string[] {
  const numbers = Array.from({ length: limit }, (_, n) => n)
  return [0, 1, 2]
    .map((key) => numbers.filter((n) => n % 3 === key))
    .map((ns) => JSON.stringify({ sum: ns.reduce((a, b) => a + b, 0), count: ns.length }))
    .sort()
}

async function* chunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes
}
