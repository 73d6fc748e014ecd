import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { suite } from '../support/suite.ts'
import { Script } from './script.ts'

/** More of both with MILLRACE_KILLS and MILLRACE_RECORDS, which may be millions. */
const KILLS = Number(process.env['MILLRACE_KILLS'] ?? 6)
const RECORDS = Number(process.env['MILLRACE_RECORDS'] ?? 60_000)

/** Out of order by less than the job puts up with: event time grows by 2 ms a record. */
const views = (count: number): { user: string; at: number }[] =>
  Array.from({ length: count }, (_, i) => ({ user: `u${(i * 7919) % 97}`, at: 2 * i - ((i * 31) % 250) }))

const linesIn = async (folder: string): Promise<string[]> => {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.'))
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  return texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => line !== '')
    .sort()
}

/** What the job writes, calculated at one go. */
const expected = (records: readonly { user: string; at: number }[]): string[] => {
  const counts = new Map<string, Map<number, number>>()
  for (const { user, at } of records) {
    const start = Math.floor(at / 1000) * 1000
    const windows = counts.get(user) ?? new Map<number, number>()
    counts.set(user, windows.set(start, (windows.get(start) ?? 0) + 1))
  }
  return [...counts]
    .flatMap(([user, windows]) =>
      [...windows].sort(([a], [b]) => a - b).map(([start, count], i) => `${user} ${start} ${count} ${i + 1}`),
    )
    .sort()
}

suite('kill -9 and resume', (test) => {
  for (const parallelism of [1, 3]) {
    test(
      `every record counts once, with parallelism ${parallelism}`,
      { timeout: 600_000 },
      async ({ signal, cleanup }) => {
        const folder = await mkdtemp(join(tmpdir(), 'millrace-kill-'))
        cleanup(() => rm(folder, { recursive: true, force: true }))
        const [input, output, store] = ['views.jsonl', 'out', 'checkpoints'].map((name) =>
          join(folder, name),
        ) as [string, string, string]
        const records = views(RECORDS)
        await writeFile(input, records.map((record) => `${JSON.stringify(record)}\n`).join(''))
        const start = (): Script =>
          new Script('killed', { signal, args: [input, output, store, String(parallelism)] })
        let kills = 0
        for (let run = 0; kills < KILLS; run++) {
          const script = start()
          const after = 1000 * (1 + ((run * 5) % Math.max(1, Math.floor(RECORDS / KILLS / 1000))))
          const reached = await script.reaches(`${after}`)
          if (!reached) break
          script.kill()
          await script.ended()
          kills++
        }
        const { lines, code, errors } = await start().ended()
        assert.equal([code, lines.at(-1)], [0, 'completed 0'], errors)
        assert.ok(kills > 1, 'it was killed')
        assert.equal(await linesIn(output), expected(records))
      },
    )
  }
})
