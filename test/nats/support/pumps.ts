import * as assert from 'uvu/assert'
import type { JobLog, RegionClaim } from '../../../src/cluster/engine/job-log.ts'
import { EngineUnavailableError, RegionFencedError } from '../../../src/errors/cluster-errors.ts'
import { bytesOf, textOf } from '../../support/contracts/engine-values.ts'

export interface Pump {
  /** Commits that were acknowledged to somebody. */
  readonly committed: number
  /** Claims so far. */
  readonly claims: number
  readonly done: Promise<void>
}

export interface PumpOptions {
  readonly region: string
  readonly ends: readonly string[]
  /** Commits, each with a message to each end. */
  readonly commits: number
  /** A log for each claim: of the same connection, or of another. */
  readonly log: () => JobLog
  /** Makes each message larger by so many bytes. Default 0. */
  readonly padding?: number
  /** Called before each commit. */
  readonly before?: (count: number) => Promise<void> | void
}

/** Does what a region does: commits what it has counted, and goes on from its last commit when it is told to. */
export function pump({ region, ends, commits, log, padding = 0, before = () => {} }: PumpOptions): Pump {
  const state = { committed: 0, claims: 0, done: Promise.resolve() }
  const tail = '.'.repeat(padding)
  const run = async (claim: RegionClaim): Promise<void> => {
    let count = claim.record === null ? 0 : Number(textOf(claim.record))
    assert.ok(count >= state.committed, `what was committed is gone: ${count} of ${state.committed}`)
    while (count < commits) {
      await before(count)
      await claim.commit({
        outputs: ends.map((end) => ({ end, bytes: bytesOf(`${region}:${count}${tail}`) })),
        record: bytesOf(String(++count)),
        blobs: [],
        obsolete: [],
      })
      state.committed = count
    }
  }
  const untilDone = async (): Promise<void> => {
    while (state.committed < commits) {
      try {
        state.claims++
        await run(await log().claim(region, `claim ${state.claims}`))
      } catch (error) {
        if (!(error instanceof EngineUnavailableError) && !(error instanceof RegionFencedError)) throw error
      }
    }
  }
  state.done = untilDone()
  return state
}

/** Reads an end until it has all messages of these regions: each once, and those of a region in order. */
export async function drain(
  log: JobLog,
  end: string,
  regions: readonly string[],
  commits: number,
  onMessage: (count: number) => void = () => {},
): Promise<void> {
  const next = new Map(regions.map((region) => [region, 0]))
  const reader = log.read(end, 0)
  let count = 0
  while (count < regions.length * commits) {
    for (const { bytes } of await reader.next()) {
      const [region = '', number] = textOf(bytes).replace(/\.+$/, '').split(':')
      assert.is(Number(number), next.get(region), `in ${end}, of ${region}`)
      next.set(region, Number(number) + 1)
      onMessage(++count)
    }
  }
  await reader.close(new Error('all read'))
}
