import assert from 'node:assert/strict'
import type { PartOrder, RegionNews } from '../../../src/cluster/protocol/heartbeat.ts'
import type { SlotCommand, SlotNews, SlotOrder } from '../../../src/cluster/protocol/slot-messages.ts'
import { Part } from '../../../src/cluster/worker/part.ts'
import type { SlotEvents } from '../../../src/cluster/worker/slot-process.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'

const order = (regions: readonly string[], more: Partial<PartOrder> = {}): PartOrder => ({
  job: 'j',
  slot: 0,
  regions,
  services: false,
  phase: 'run',
  reason: null,
  over: [],
  ...more,
})

const news = (region: string, state: RegionNews['state']): RegionNews => ({
  region,
  state,
  report: null,
  error: null,
})

/** A process that does and says what the test wants. */
class FakeProcess {
  readonly commands: SlotCommand[] = []
  killed = false
  readonly events: SlotEvents

  constructor(events: SlotEvents) {
    this.events = events
  }

  get last(): PartOrder | 'end' | undefined {
    const command = this.commands.at(-1)
    return command?.type === 'order' ? command.order : command?.type
  }

  get number(): number {
    return this.commands.flatMap((one) => (one.type === 'order' ? [one.number] : [])).at(-1) ?? 0
  }

  says(said: SlotNews): void {
    this.events.heard(said)
  }

  tells(regions: readonly RegionNews[], heeded = this.number): void {
    this.says({ type: 'news', heeded, news: { regions, services: null } })
  }

  exits(code: number | null = 1): void {
    this.events.exited({ code, signal: null, lastWords: 'oh no' })
  }
}

const setUp = async (first = order(['r0'])) => {
  const clock = new ManualClock()
  const processes: FakeProcess[] = []
  const discarded: string[] = []
  const counts = { changes: 0 }
  const part = new Part(first, {
    clock,
    random: () => 0.5,
    load: async (job, slot) => ({
      entry: '/program.mjs',
      folder: `/${processes.length}`,
      argv: [],
      env: {},
      prefix: `[${job}/${slot}] `,
      order: {} as SlotOrder,
    }),
    start: (_launch, events) => {
      const made = new FakeProcess(events)
      processes.push(made)
      return {
        send: (command) => made.commands.push(command),
        kill: () => {
          made.killed = true
          made.exits(null)
        },
      }
    },
    discard: async (folder) => void discarded.push(folder),
    changed: () => counts.changes++,
    out: () => {},
    err: () => {},
  })
  await clock.advance(1)
  return { clock, part, processes, discarded, counts }
}

const states = (part: Part): readonly string[] =>
  part.news.regions.map(({ region, state }) => `${region} ${state}`)

suite('Part', (test) => {
  test('says that it has what was ordered before its process knows, and until that has let go of it', async () => {
    const { part, processes, counts } = await setUp()
    assert.deepEqual(states(part), ['r0 running'])
    const [own] = processes
    own!.says({ type: 'seated' })
    assert.deepEqual(own!.last, order(['r0']))
    own!.tells([news('r0', 'running')])
    part.heed(order(['r1']))
    assert.deepEqual(own!.last, order(['r1']))
    // Said before the order had come.
    own!.tells([news('r0', 'running')], 1)
    assert.deepEqual(states(part), ['r1 running', 'r0 running'])
    own!.tells([news('r1', 'running'), news('r0', 'running')])
    assert.deepEqual(states(part), ['r1 running', 'r0 running'])
    const { changes } = counts
    own!.tells([news('r1', 'running'), news('r0', 'released')])
    assert.deepEqual(states(part), ['r1 running', 'r0 released'])
    assert.equal(counts.changes, changes + 1)
  })

  test('takes no failure of old for one of a region that was given to it anew', async () => {
    const { part, processes } = await setUp()
    const [own] = processes
    own!.says({ type: 'seated' })
    own!.tells([news('r0', 'failed')])
    assert.deepEqual(states(part), ['r0 failed'])
    part.heed(order([], { services: true }))
    own!.tells([news('r0', 'released')])
    part.heed(order(['r0'], { services: true }))
    own!.tells([news('r0', 'failed')], 1)
    assert.deepEqual(states(part), ['r0 running'])
  })

  test("tells of what was let go of unasked as of a failure that is nobody's fault", async () => {
    const { part, processes } = await setUp()
    const [own] = processes
    own!.says({ type: 'seated' })
    own!.tells([news('r0', 'released')])
    assert.deepEqual(states(part), ['r0 failed'])
    assert.equal(part.news.regions[0]!.error?.name, 'RegionFencedError')
    part.heed(order(['r1']))
    own!.tells([news('r0', 'released'), news('r1', 'running')])
    assert.deepEqual(states(part), ['r1 running', 'r0 released'])
  })

  test('lets go of what nobody wants, has its process end then, and kills it when it does not', async () => {
    const { clock, part, processes, discarded } = await setUp()
    const [own] = processes
    own!.says({ type: 'seated' })
    own!.tells([news('r0', 'running')])
    part.release()
    assert.deepEqual(own!.last, order([]))
    own!.tells([news('r0', 'running')])
    assert.notEqual(own!.commands.at(-1)?.type, 'end')
    own!.tells([news('r0', 'released')])
    assert.equal(own!.last, 'end')
    assert.equal(part.isOver, false)
    await clock.advance(14_000)
    assert.equal(own!.killed, false)
    await clock.advance(2_000)
    assert.equal(own!.killed, true)
    assert.equal(part.isOver, true)
    assert.deepEqual(discarded, ['/0'])
    assert.equal(clock.waiting, 0)
  })

  test('kills a process that does not let go', async () => {
    const { clock, part, processes } = await setUp()
    processes[0]!.says({ type: 'seated' })
    processes[0]!.tells([news('r0', 'running')])
    part.release()
    await clock.advance(30_000)
    assert.equal(processes[0]!.killed, true)
    assert.equal(part.isOver, true)
  })

  test('starts a process that has died anew, later each time, and gives up after some', async () => {
    const { clock, part, processes } = await setUp()
    for (let i = 0; i < 5; i++) {
      processes.at(-1)!.says({ type: 'seated' })
      assert.deepEqual([part.news.lost, part.news.givenUp], [null, false])
      processes.at(-1)!.exits()
      assert.equal(part.news.lost?.name, 'SlotCrashedError')
      assert.deepEqual(states(part), ['r0 running'])
      await clock.advance(2_000)
      assert.equal(processes.length, i + 2)
    }
    processes.at(-1)!.exits()
    await clock.advance(60_000)
    assert.equal(processes.length, 6)
    assert.deepEqual(states(part), ['r0 failed'])
    assert.match(
      part.news.regions[0]!.error!.message,
      /exited with code 1; the last it wrote on stderr:\noh no/,
    )
    part.release()
    assert.equal(part.isOver, true)
  })

  test('gives up at once where the program refuses', async () => {
    const { clock, part, processes } = await setUp()
    const error = { name: 'InvalidArgumentError', lineage: [], message: 'another pipeline' }
    processes[0]!.says({ type: 'refused', error })
    await clock.advance(60_000)
    assert.equal(processes.length, 1)
    assert.deepEqual(part.news.regions[0], { region: 'r0', state: 'failed', report: null, error })
  })

  test('tells of services: that they start, are up, and went down; those of a process that is gone are down', async () => {
    const { part, processes } = await setUp(order([], { services: true }))
    const [own] = processes
    assert.deepEqual(part.news.services, { state: 'starting' })
    own!.says({ type: 'seated' })
    const say = (services: Extract<SlotNews, { type: 'news' }>['news']['services']) =>
      own!.says({ type: 'news', heeded: own!.number, news: { regions: [], services } })
    say({ state: 'up' })
    assert.deepEqual(part.news.services, { state: 'up' })
    part.heed(order([], { services: true, phase: 'close' }))
    assert.deepEqual(part.news.services, { state: 'up' })
    const down = [{ name: 'cache', stopped: true, cleaned: true, killed: false }]
    say({ down })
    assert.deepEqual(part.news.services, { down })
    own!.exits()
    assert.deepEqual(part.news.services, { down: [] })
  })
})
