import assert from 'node:assert/strict'
import { jobKey } from '../../../src/cluster/protocol/job-keys.ts'
import type { ClusterJobSpec } from '../../../src/cluster/protocol/job-spec.ts'
import type { ClusterJobState } from '../../../src/cluster/protocol/job-state.ts'
import { fromJson, toJson } from '../../../src/cluster/protocol/json.ts'
import type { SlotCommand } from '../../../src/cluster/protocol/slot-messages.ts'
import type { SlotEvents, StartSlot } from '../../../src/cluster/worker/slot-process.ts'
import { Worker } from '../../../src/cluster/worker/worker.ts'
import { MemoryEngine } from '../../support/cluster/memory-engine.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { jobSpec } from '../leader/cluster-model.ts'

/** Runs regions that end when the test says so, as the process of a slot does. */
class FakeSlot {
  readonly regions = new Map<string, 'running' | 'ended'>()
  readonly #events: SlotEvents
  #number = 0
  isOver = false

  constructor(events: SlotEvents) {
    this.#events = events
    queueMicrotask(() => this.#events.heard({ type: 'seated' }))
  }

  heed(command: SlotCommand): void {
    if (command.type === 'end') return this.exit(0)
    this.#number = command.number
    for (const id of this.regions.keys()) if (!command.order.regions.includes(id)) this.regions.delete(id)
    for (const id of command.order.regions) if (!this.regions.has(id)) this.regions.set(id, 'running')
    this.tell()
  }

  end(): void {
    for (const id of this.regions.keys()) this.regions.set(id, 'ended')
    this.tell()
  }

  exit(code: number | null): void {
    if (this.isOver) return
    this.isOver = true
    queueMicrotask(() => this.#events.exited({ code, signal: null, lastWords: '' }))
  }

  tell(): void {
    const regions = [...this.regions].map(([region, state]) => ({ region, state, report: null, error: null }))
    this.#events.heard({ type: 'news', heeded: this.#number, news: { regions, services: null } })
  }
}

const setUp = async ({ cleanup }: TestContext) => {
  const engine = new MemoryEngine()
  const clock = new ManualClock()
  const slots: FakeSlot[] = []
  const { records } = await engine.connect()
  const startSlot: StartSlot = (_launch, events) => {
    const slot = new FakeSlot(events)
    slots.push(slot)
    return { send: (command) => slot.heed(command), kill: () => slot.exit(null) }
  }
  const workers: Worker[] = []
  const worker = async (): Promise<Worker> => {
    const made = await Worker.start({
      engine,
      slots: 2,
      labels: {},
      dataFolder: null,
      clock,
      random: () => 0.5,
      out: () => {},
      err: () => {},
      log: () => {},
      startSlot,
    })
    workers.push(made)
    return made
  }
  /** Lets time pass until it is so. Files are read at their own pace. */
  const until = async (what: string, test: () => boolean | Promise<boolean>): Promise<void> => {
    for (let i = 0; i < 500; i++) {
      if (await test()) return
      await clock.advance(100)
    }
    throw new Error(`It never came to be: ${what}.`)
  }
  const state = async (): Promise<ClusterJobState | null> => {
    const record = await records.get(jobKey('j', 'state'))
    return record && fromJson<ClusterJobState>(record.value)
  }
  const submit = (spec: Partial<ClusterJobSpec> = {}, regions = 4) =>
    records.put(jobKey('j', 'spec'), toJson(jobSpec('j', regions, spec)), 0)
  const isRunning = async (): Promise<boolean> =>
    slots.filter(({ isOver }) => !isOver).reduce((sum, { regions }) => sum + regions.size, 0) === 4
  cleanup(async () => {
    for (const one of workers) {
      const drained = one.drain()
      for (let i = 0; i < 5; i++) await clock.advance(1_000)
      await drained
    }
    assert.equal(clock.waiting, 0)
  })
  return { engine, clock, slots, worker, until, state, submit, records, isRunning }
}

suite(
  'Worker',
  (test) => {
    test('leads itself where nobody else does, and runs a job to its end', async (context) => {
      const { slots, worker, until, state, submit, isRunning } = await setUp(context)
      await worker()
      await submit()
      await until('all regions run', isRunning)
      assert.equal(slots.length, 2)
      for (const slot of slots) slot.end()
      await until('it is over', async () => (await state())?.status === 'completed')
      assert.deepEqual(
        slots.map(({ isOver }) => isOver),
        [true, true],
      )
      assert.deepEqual(Object.keys((await state())!.ended).sort(), ['r0', 'r1', 'r2', 'r3'])
    })

    test('starts a process that has died anew, and counts what it had as taken over', async (context) => {
      const { slots, worker, until, state, submit, isRunning } = await setUp(context)
      await worker()
      await submit()
      await until('all regions run', isRunning)
      slots[0]!.exit(1)
      await until('all regions run again', async () => slots.length === 3 && (await isRunning()))
      for (const slot of slots) if (!slot.isOver) slot.end()
      await until('it is over', async () => (await state())?.status === 'completed')
      assert.equal((await state())!.takeovers, 2)
    })

    test('a program that ends its process over and over fails the job', async (context) => {
      const { slots, worker, until, state, submit } = await setUp(context)
      await worker()
      await submit()
      await until('it is over', async () => {
        for (const slot of slots) slot.exit(7)
        return (await state())?.status === 'failed'
      })
      assert.equal((await state())!.failure?.name, 'SlotCrashedError')
      assert.match((await state())!.failure!.message, /exited with code 7/)
    })

    test('lets go of what it has when it drains, and another has it', async (context) => {
      const { clock, slots, worker, until, state, submit, isRunning } = await setUp(context)
      const first = await worker()
      await submit()
      await until('all regions run', isRunning)
      const own = [...slots]
      await worker()
      const drained = first.drain()
      await until(
        'all regions run elsewhere',
        async () => own.every(({ isOver }) => isOver) && (await isRunning()),
      )
      await clock.advance(1_000)
      await drained
      for (const slot of slots) if (!slot.isOver) slot.end()
      await until('it is over', async () => (await state())?.status === 'completed')
      assert.equal((await state())!.takeovers, 0)
    })

    test('ends what is left of a job that was deleted', async (context) => {
      const { slots, worker, until, submit, records, isRunning } = await setUp(context)
      await worker()
      await submit()
      await until('all regions run', isRunning)
      await records.delete(jobKey('j', 'spec'))
      await until('all processes have ended', () => slots.every(({ isOver }) => isOver))
    })
  },
  { timeout: 30_000 },
)
