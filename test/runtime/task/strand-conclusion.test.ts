import * as assert from 'uvu/assert'
import type { CheckpointHost } from '../../../src/runtime/checkpoint/checkpoint-host.ts'
import type { Outputs } from '../../../src/runtime/flow-control/outputs.ts'
import type { Stage } from '../../../src/runtime/task/stage.ts'
import { StrandConclusion } from '../../../src/runtime/task/strand-conclusion.ts'
import type { StrandCheckpoints } from '../../../src/runtime/task/strand-checkpoints.ts'
import { suite } from '../../support/suite.ts'

/** The end of a strand of two sinks, and what it called. */
function conclusion(ended: Promise<void>, prepare: (sink: string) => unknown = () => {}) {
  const calls: string[] = []
  const sink = (name: string): Partial<Stage> => ({
    barrier: () => (calls.push(`prepare ${name}`), prepare(name)),
    committed: () => void calls.push(`commit ${name}`),
  })
  const host = { checkpoints: { ended: () => ended } as Partial<CheckpointHost> }
  const outputs: Partial<Outputs> = { complete: () => void calls.push('complete') }
  const stages = [sink('a'), sink('b')]
  const parts = { stages, outputs, host } as unknown as ConstructorParameters<typeof StrandConclusion>[0]
  return { calls, strand: new StrandConclusion(parts, { final: null } as StrandCheckpoints) }
}

suite('the end of a strand', (test) => {
  test('makes ready, waits until that is safe, and makes visible', async () => {
    let safe = (): void => {}
    const { calls, strand } = conclusion(new Promise((resolve) => (safe = resolve)))
    const over = strand.run()
    await new Promise(setImmediate)
    assert.equal(calls, ['prepare a', 'prepare b', 'complete'])
    safe()
    await over
    assert.equal(calls.slice(3), ['commit a', 'commit b'])
  })

  test('leaves what is not visible yet to the next attempt, once this one is over', async () => {
    let safe = (): void => {}
    const { calls, strand } = conclusion(new Promise((resolve) => (safe = resolve)))
    const over = strand.run()
    await new Promise(setImmediate)
    assert.is(strand.abandon(), null)
    safe()
    await over
    assert.equal(calls, ['prepare a', 'prepare b', 'complete'])
  })

  test('tells what is under way when the attempt is over, and begins nothing else', async () => {
    let ready = (): void => {}
    const prepared = new Promise<void>((resolve) => (ready = resolve))
    const { calls, strand } = conclusion(Promise.resolve(), (name) => (name === 'a' ? prepared : undefined))
    const over = strand.run()
    await new Promise(setImmediate)
    assert.is(strand.abandon(), prepared)
    ready()
    await over
    assert.equal(calls, ['prepare a'])
  })
})
