import { firstValueFrom } from 'rxjs'
import * as assert from 'uvu/assert'
import { monotonousTimestamps } from '../../src/functions/watermark-strategy.ts'
import { LocalEnvironment } from '../../src/environment/local-environment.ts'
import type { NodeActivity } from '../../src/runtime/metrics/node-activity.ts'
import { suite } from '../support/suite.ts'

const sum = ({ busyMs, heldMs, idleMs }: Pick<NodeActivity, 'busyMs' | 'heldMs' | 'idleMs'>): number =>
  busyMs + heldMs + idleMs

/** What the operators of that environment's job have done so far, by name. */
async function activityOf(env: LocalEnvironment): Promise<Readonly<Record<string, NodeActivity>>> {
  const { nodes, activity } = await firstValueFrom(env.progress$)
  return Object.fromEntries(nodes.map(({ name }, i) => [name, activity[i]!]))
}

const isMostly = (activity: NodeActivity, what: 'busyMs' | 'heldMs' | 'idleMs'): boolean =>
  activity[what] > sum(activity) / 2

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

suite('what operators do', (test) => {
  test('is busy at the slow one, held back before it, and waiting behind it', async () => {
    const env = new LocalEnvironment('slow', { chunkSize: 1 })
    let seen: Readonly<Record<string, NodeActivity>> = {}
    env
      .fromBatch(
        Array.from({ length: 40 }, (_, n) => n),
        { name: 'numbers' },
      )
      .map((n) => n + 1, { name: 'quick' })
      .map(
        async (n) => {
          await pause(2)
          if (n === 30) seen = await activityOf(env)
          return n
        },
        { name: 'slow', parallelism: 2 },
      )
      .sink(() => {}, { name: 'behind', parallelism: 1 })
    await env.submit({ autostop: true })
    const { numbers, quick, slow, behind } = seen
    assert.ok(isMostly(numbers!, 'heldMs'))
    assert.ok(isMostly(slow!, 'busyMs'))
    assert.ok(isMostly(behind!, 'idleMs'))
    assert.is(quick!.loop, numbers!.loop, 'one loop')
    assert.equal([quick!.busyMs, quick!.heldMs], [numbers!.busyMs, numbers!.heldMs])
    assert.is.not(slow!.loop, numbers!.loop)
    assert.equal([numbers!.subtasks, slow!.subtasks.map(({ index }) => index)], [[], [0, 1]])
    assert.is(
      slow!.subtasks.reduce((all, subtask) => all + sum(subtask), 0),
      sum(slow!),
    )
    assert.ok(slow!.subtasks.every((subtask) => subtask.in > 0 && subtask.in <= 20))
    assert.equal([slow!.watermark, slow!.lagMs], [null, null])
  })

  test('is that of its window where calls overlap', async () => {
    const env = new LocalEnvironment('calls')
    let seen: Readonly<Record<string, NodeActivity>> = {}
    env
      .fromBatch(
        Array.from({ length: 60 }, (_, n) => n),
        { name: 'numbers' },
      )
      .map(
        async (n) => {
          await pause(2)
          if (n === 50) seen = await activityOf(env)
          return n
        },
        { name: 'calls', concurrency: 2 },
      )
      .sink(() => {}, { name: 'behind' })
    await env.submit({ autostop: true })
    assert.ok(isMostly(seen['numbers']!, 'heldMs'))
    assert.ok(isMostly(seen['calls']!, 'busyMs'))
    assert.ok(isMostly(seen['behind']!, 'idleMs'))
  })

  test('tells how far event time has come, and how far it is behind', async () => {
    const env = new LocalEnvironment('timed')
    let seen: Readonly<Record<string, NodeActivity>> = {}
    env
      .fromBatch([1000, 2000, 3000], { name: 'times' })
      .assignTimestamps((time) => time, monotonousTimestamps(), { name: 'timed' })
      .map(
        async (time) => {
          if (time === 3000) seen = await activityOf(env)
          return time
        },
        { name: 'last' },
      )
      .sink(() => {})
    await env.submit({ autostop: true })
    assert.is(seen['times']!.watermark, null)
    assert.is(seen['timed']!.watermark, 1999)
    assert.ok(seen['timed']!.lagMs! > 0)
    assert.is(seen['last']!.watermark, 1999)
  })
})
