import * as assert from 'uvu/assert'
import type { JobMetrics } from '../../../src/index.ts'
import { suite } from '../../support/suite.ts'
import { range } from '../support/run.ts'
import { givenUp } from './pipelines/calling.ts'
import { built, outcomeOf, sameSeen } from './support/built.ts'

const inThreads = { placement: 'thread', threads: { count: 2 } } as const

suite(
  'guarantees in threads: as in one process',
  (test) => {
    test('services answer, refuse, take too long and are told that nobody waits', async () => {
      const { seen: inProcess } = await outcomeOf(built('calling', {}))
      const there = givenUp.splice(0).sort()
      const { seen } = await outcomeOf(built('calling', inThreads))
      sameSeen(seen, inProcess)
      assert.equal(givenUp.splice(0).sort(), there)
      assert.is(there.length, 13)
      const told = seen['told']!.join()
      for (const name of ['PriceError', 'ServiceTimeoutError', 'EvalError', 'ServiceUnavailableError']) {
        assert.match(told, `"name":"${name}"`)
      }
    })

    test('operators count, log and know where they are', async () => {
      const run = async (options: object) => {
        const logged: { message: string; fields: Record<string, unknown> }[] = []
        const log = (message: string, fields: object = {}) =>
          void logged.push({ message, fields: fields as Record<string, unknown> })
        const logger = { debug: log, info: log, warn: log, error: log }
        const pipeline = built('figures', options, {}, { logger })
        let last: JobMetrics | undefined
        const told = pipeline.env.metrics$.subscribe((metrics) => (last = metrics))
        const outcome = await outcomeOf(pipeline)
        told.unsubscribe()
        return { ...outcome, logged: logged.filter(({ message }) => message === 'half'), last: last! }
      }
      const inProcess = await run({})
      const { seen, logged, last, result } = await run(inThreads)
      sameSeen(seen, inProcess.seen)
      assert.is(seen['told']!.length, 60)
      const { id } = result.nodes.find(({ name }) => name === 'tell')!
      const expected = { seen: 60, sum: range(60).reduce((a, b) => a + b), subtasks: 4 }
      assert.equal(inProcess.last.custom[id], {
        ...expected,
        subtasks: inProcess.last.custom[id]!['subtasks'],
      })
      assert.equal(last.custom[id], inProcess.last.custom[id])
      assert.equal([last.read, last.written], [inProcess.last.read, inProcess.last.written])
      const [line] = logged
      assert.is(logged.length, 1)
      assert.equal([line!.fields['price'], line!.fields['n']], ['none', 30])
      assert.match(JSON.stringify(line!.fields['error']), 'no price')
      assert.type(line!.fields['thread'], 'number')
    })

    test('what one subtask sends another stays in order', async () => {
      const { env, seen } = built('order', { threads: { count: 3 }, chunkSize: 3, edgeCapacity: 1 })
      await env.submit({ autostop: true })
      const ways = seen['way']!.values as readonly (readonly number[])[]
      assert.is(ways.length, 300)
      const last = new Map<string, number>()
      for (const [n, ...by] of ways as [number, ...number[]][]) {
        const way = by.join('>')
        assert.ok((last.get(way) ?? -1) < n, `${n} behind ${last.get(way)} by ${way}`)
        last.set(way, n)
      }
      assert.ok(last.size > 6, 'more than a few ways were taken')
    })

    for (const kind of ['chain', 'fan-out']) {
      test(`a slow sink holds a source back, whatever is between: ${kind}`, async () => {
        const chunkSize = 8
        const edgeCapacity = 2
        const { env, gauge } = built(
          'narrow',
          { threads: { count: 2 }, chunkSize, edgeCapacity },
          { count: 3000, kind },
        )
        await env.submit({ autostop: true })
        // Three edges on the way; of each the chunk being filled, those on it, and the one that is read.
        const edges = 3 * chunkSize * (edgeCapacity + 2)
        gauge.check(edges + (kind === 'chain' ? 2 * 16 : 0), 3000)
      })
    }
  },
  { timeout: 60_000 },
)
