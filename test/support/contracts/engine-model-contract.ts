import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { JobLog, RegionClaim } from '../../../src/cluster/engine/job-log.ts'
import { RegionFencedError } from '../../../src/errors/cluster-errors.ts'
import type { EngineTest } from './engine-contract.ts'
import { bytesOf, commitOf, textOf } from './engine-values.ts'

const REGIONS = ['r0', 'r1', 'r2.0']
const ENDS = ['e0.0', 'e0.1', 'e1.0']

type Step =
  | { readonly do: 'claim'; readonly region: number }
  /** By the last that claimed the region, or by one before it. */
  | { readonly do: 'commit'; readonly region: number; readonly back: number; readonly to: readonly number[] }
  | { readonly do: 'stage'; readonly region: number; readonly to: number }
  /** Reads some of an end, and trims what was read. */
  | { readonly do: 'trim'; readonly end: number; readonly count: number }

const region = fc.nat({ max: REGIONS.length - 1 })
const end = fc.nat({ max: ENDS.length - 1 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('claim' as const), region }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('commit' as const),
      region,
      back: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat({ max: 2 })),
      to: fc.array(end, { maxLength: 6 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stage' as const), region, to: end }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('trim' as const), end, count: fc.nat({ max: 8 }) }) },
)

/** What one region ought to have. */
interface Model {
  readonly claims: RegionClaim[]
  committed: string | null
}

export function modelContract(test: EngineTest): void {
  test('has what was committed, whoever commits and claims', async (place) => {
    const connections = [await place.connect(), await place.connect()]
    let runs = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
        const job = `job${runs++}`
        await connections[0]!.createLog(job)
        await compare(
          steps,
          connections.map((connection) => connection.openLog(job)),
        )
        await connections[1]!.deleteLog(job)
      }),
      { numRuns: 25 },
    )
  })
}

async function compare(steps: readonly Step[], logs: readonly JobLog[]): Promise<void> {
  const regions = REGIONS.map((): Model => ({ claims: [], committed: null }))
  const ends = ENDS.map((): string[] => [])
  let count = 0
  const logFor = (i: number): JobLog => logs[i % logs.length]!
  const staged: {
    readonly claim: RegionClaim
    readonly to: number
    readonly text: string
    readonly it: unknown
  }[] = []

  for (const [i, step] of steps.entries()) {
    switch (step.do) {
      case 'claim': {
        const model = regions[step.region]!
        const claim = await logFor(i).claim(REGIONS[step.region]!, `owner ${i}`)
        model.claims.push(claim)
        assert.is(claim.epoch, model.claims.length)
        assert.is(claim.record === null ? null : textOf(claim.record), model.committed)
        break
      }
      case 'stage': {
        const claim = regions[step.region]!.claims.at(-1)
        if (claim === undefined) break
        const text = `staged ${count++}`
        staged.push({
          claim,
          to: step.to,
          text,
          it: await claim.stage({ end: ENDS[step.to]!, bytes: bytesOf(text) }),
        })
        break
      }
      case 'commit': {
        const model = regions[step.region]!
        const claim = model.claims.at(-1 - step.back)
        if (claim === undefined) break
        const outputs = step.to.map((to) => ({ to, text: `${count++}` }))
        const own = staged.filter((output) => output.claim === claim)
        const record = `record ${i}`
        const commit = commitOf(
          record,
          outputs.map(({ to, text }) => [ENDS[to]!, text]),
        )
        const all = { ...commit, outputs: [...commit.outputs, ...own.map(({ it }) => it as never)] }
        const error: unknown = await claim.commit(all).then(
          () => null,
          (reason: unknown) => reason,
        )
        for (const output of own) staged.splice(staged.indexOf(output), 1)
        if (step.back > 0) {
          assert.instance(error, RegionFencedError)
        } else {
          assert.is(error, null)
          model.committed = record
          for (const { to, text } of [...outputs, ...own]) ends[to]!.push(text)
        }
        break
      }
      case 'trim': {
        const read = await readSome(logFor(i), ENDS[step.end]!, Math.min(step.count, ends[step.end]!.length))
        assert.equal(read.texts, ends[step.end]!.splice(0, read.texts.length))
        await logFor(i).trim(ENDS[step.end]!, read.last)
        break
      }
      default:
        step satisfies never
    }
  }

  for (const [i, model] of regions.entries()) {
    const record = await logs[0]!.committed(REGIONS[i]!)
    assert.is(record === null ? null : textOf(record), model.committed)
  }
  const backlog = await logs[1]!.backlog()
  for (const [i, texts] of ends.entries()) {
    assert.is(backlog.get(ENDS[i]!) ?? 0, texts.length)
    assert.equal((await readSome(logs[1]!, ENDS[i]!, texts.length)).texts, texts)
  }
}

/** The first messages of an end. */
async function readSome(log: JobLog, end: string, count: number): Promise<{ texts: string[]; last: number }> {
  const texts: string[] = []
  let last = 0
  if (count === 0) return { texts, last }
  const reader = log.read(end, 0)
  while (texts.length < count) {
    for (const { number, bytes } of await reader.next()) {
      if (texts.length === count) break
      texts.push(textOf(bytes))
      last = number
    }
  }
  await reader.close(new Error('read'))
  return { texts, last }
}
