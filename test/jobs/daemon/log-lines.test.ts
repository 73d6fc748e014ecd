import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { logLines, type LogLinesOptions } from '../../../src/jobs/daemon/log-lines.ts'
import { RotatingFile } from '../../../src/jobs/daemon/rotating-file.ts'
import { rejectionOf } from '../../job/jobs.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'
import { rest } from '../../support/turns.ts'

const describeLost = (lines: number): string => `${lines} lost\n`

const inFolder = async (work: (path: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-log-'))
  try {
    await work(join(folder, 'server.log'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const read = async (path: string, options: LogLinesOptions = {}): Promise<string[]> => {
  const lines: string[] = []
  for await (const line of logLines(path, options)) lines.push(line)
  return lines
}

const number = (line: string): number => Number.parseInt(line, 10)

/** What is read of a log that is followed, until it is stopped. */
const follow = (
  path: string,
  clock: ManualClock,
  last?: number,
): { lines: string[]; stop: () => Promise<unknown> } => {
  const control = new AbortController()
  const lines: string[] = []
  const ended = (async () => {
    for await (const line of logLines(path, { last, follow: { clock, signal: control.signal } }))
      lines.push(line)
  })()
  return {
    lines,
    stop: () => {
      control.abort(new Error('enough'))
      return rejectionOf(ended)
    },
  }
}

suite('logLines', (test) => {
  test(
    'gives all lines, or the last that are wanted, of files however they were cut',
    { timeout: 60_000 },
    () =>
      fc.assert(
        fc.asyncProperty(
          // A file is read in pieces of 65 536 bytes.
          fc.array(fc.constantFrom(8, 60, 3_000, 65_535, 65_536, 70_000, 140_000), { maxLength: 12 }),
          fc.integer({ min: 0, max: 14 }),
          fc.integer({ min: 1, max: 3 }),
          (lengths, last, every) =>
            inFolder(async (path) => {
              const written = lengths.map((length, i) => `${i} 流`.padEnd(length, '.'))
              const file = new RotatingFile(path, { maxBytes: 150_000, keep: 20, describeLost })
              for (const line of written) file.write(`${line}\n`)
              file.close()
              if (written.length > 0) appendFileSync(path, 'half a li')
              assert.equal(await read(path), written)
              const isWanted = (line: string): boolean => number(line) % every === 0
              assert.equal(await read(path, { isWanted }), written.filter(isWanted))
              const wanted = written.filter(isWanted)
              assert.equal(
                await read(path, { last, isWanted }),
                wanted.slice(wanted.length - Math.min(last, wanted.length)),
              )
            }),
        ),
        { numRuns: 40 },
      ),
  )

  test('follows what is written, into new files, and begins when there is a log', () =>
    inFolder(async (path) => {
      const clock = new ManualClock()
      const log = follow(path, clock)
      await rest()
      writeFileSync(path, 'one\ntw')
      await clock.advance(250)
      assert.equal(log.lines, ['one'])
      appendFileSync(path, 'o\n')
      await clock.advance(250)
      assert.equal(log.lines, ['one', 'two'])
      appendFileSync(path, 'three\n')
      renameSync(path, `${path}.1`)
      writeFileSync(path, 'four\n')
      await clock.advance(250)
      assert.equal(log.lines, ['one', 'two', 'three', 'four'])
      appendFileSync(path, 'five\n')
      await clock.advance(250)
      assert.is(log.lines.at(-1), 'five')
      assert.match(String(await log.stop()), 'enough')
      assert.is(clock.waiting, 0)
    }))

  test('goes on behind the last lines', () =>
    inFolder(async (path) => {
      writeFileSync(`${path}.1`, 'one\n')
      writeFileSync(path, 'two\nthree\n')
      const [clock, none] = [new ManualClock(), new ManualClock()]
      const [log, newOnes] = [follow(path, clock, 3), follow(path, none, 0)]
      await rest()
      assert.equal([log.lines, newOnes.lines], [['one', 'two', 'three'], []])
      appendFileSync(path, 'four\n')
      await clock.advance(250)
      await none.advance(250)
      assert.equal([log.lines.at(-1), newOnes.lines], ['four', ['four']])
      await log.stop()
      await newOnes.stop()
    }))

  test('is empty where there is no log', () =>
    inFolder(async (path) => assert.equal(await read(path, { last: 3 }), [])))
})
