import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { Channel } from '../../../src/runtime/flow-control/channel.ts'
import { OutBuffer } from '../../../src/runtime/flow-control/out-buffer.ts'
import { EdgeOutput, Outputs, type Route } from '../../../src/runtime/flow-control/outputs.ts'
import type { Chunk } from '../../../src/runtime/flow-control/packet.ts'
import { subtaskOf } from '../../../src/runtime/keys/key-hash.ts'
import { LoopState } from '../../../src/runtime/task/loop-state.ts'
import { suite } from '../../support/suite.ts'
import { CountingWaker } from '../task/support/parts.ts'

interface Consumer {
  /** Of its channel. */
  readonly producer: CountingWaker
  readonly channel: Channel
  readonly buffer: OutBuffer
  readonly chunks: Chunk[]
  readonly log: unknown[]
  readonly leave: () => void
}

const consumer = (edgeCapacity = 8, keyed = false): Consumer => {
  const producer = new CountingWaker()
  const channel = new Channel(edgeCapacity, producer)
  const chunks: Chunk[] = []
  const log: unknown[] = []
  const subscription = channel.packets.subscribe({
    next: (packet) => {
      if (packet.kind !== 'chunk') return
      chunks.push(packet)
      log.push(...packet.records.slice(0, packet.size))
    },
    complete: () => log.push('end'),
  })
  const leave = (): void => subscription.unsubscribe()
  return {
    producer,
    channel,
    buffer: new OutBuffer(channel, 2, { keyed: keyed, timed: false, replying: false }),
    chunks,
    log,
    leave,
  }
}

const edge = (route: Route, consumers: readonly Consumer[], turn = 0): EdgeOutput =>
  new EdgeOutput(
    route,
    consumers.map(({ buffer }) => buffer),
    turn,
  )

const outputs = (main: EdgeOutput[], told: { freeze?: boolean; waker?: CountingWaker } = {}): Outputs =>
  new Outputs(main, new Map(), [], told.freeze ?? false, told.waker ?? new CountingWaker())

const state = new LoopState(0, [])
const several = (count: number, keyed = false): Consumer[] =>
  Array.from({ length: count }, () => consumer(8, keyed))

suite('EdgeOutput', (test) => {
  test('deals in turn, beginning where it is told', () => {
    const consumers = several(3)
    const output = edge('rebalance', consumers, 4)
    for (let i = 0; i < 5; i++) output.push(i, undefined, NaN, null)
    assert.equal(
      consumers.map(({ buffer }) => buffer.records.slice(0, buffer.size)),
      [[2], [0, 3], [1, 4]],
    )
  })

  test('sends each key to its subtask, with the key', () => {
    const consumers = several(3, true)
    const output = edge('hash', consumers)
    for (const key of ['a', 'b', 'c', 'd']) {
      const { buffer } = consumers[subtaskOf(key, 3)]!
      const at = buffer.size
      output.push(`of ${key}`, key, NaN, null)
      assert.equal([buffer.size, buffer.records[at], buffer.keys![at]], [at + 1, `of ${key}`, key])
    }
  })

  test('broadcasts to all, and says when any chunk is full', () => {
    const consumers = several(2)
    const output = edge('broadcast', consumers)
    consumers[1]!.buffer.size = 1
    assert.ok(output.push('x', undefined, NaN, null))
    assert.equal(
      consumers.map(({ buffer }) => buffer.size),
      [1, 2],
    )
    for (const { buffer } of consumers) buffer.flush()
    assert.not(output.push('y', undefined, NaN, null))
  })

  test('has one sole buffer where there is no choice, whatever its route', () => {
    const [only] = several(1)
    for (const route of ['forward', 'hash', 'rebalance', 'broadcast'] as const) {
      assert.is(edge(route, [only!]).sole, only!.buffer)
      assert.is(edge(route, several(2)).sole === null, route !== 'forward')
    }
  })
})

suite('Outputs', (test) => {
  test('what generated code may fill is the one buffer, or this, or nothing', () => {
    const [a, b] = several(2) as [Consumer, Consumer]
    assert.is(outputs([edge('forward', [a])]).emitter, a.buffer)
    const shared = outputs([edge('forward', [a]), edge('forward', [b])])
    assert.is(shared.emitter, shared)
    const dealt = outputs([edge('hash', [a, b])])
    assert.is(dealt.emitter, dealt)
    assert.is(outputs([]).emitter, null)
  })

  test('every record goes to every edge, in order, whatever the room: nothing is lost and nothing sent twice', () => {
    const branch = fc.record({
      route: fc.constantFrom<Route[]>('forward', 'rebalance', 'broadcast', 'hash'),
      subtasks: fc.integer({ min: 1, max: 3 }),
      edgeCapacity: fc.integer({ min: 1, max: 3 }),
    })
    fc.assert(
      fc.property(
        fc.array(branch, { minLength: 1, maxLength: 3 }),
        fc.array(fc.nat(5), { maxLength: 40 }),
        fc.infiniteStream(fc.nat(3)),
        (branches, records, draw) => {
          const edges = branches.map(({ subtasks, edgeCapacity, route }) => ({
            route,
            consumers: Array.from({ length: route === 'forward' ? 1 : subtasks }, () =>
              consumer(edgeCapacity),
            ),
          }))
          const out = outputs(edges.map(({ route, consumers }) => edge(route, consumers)))
          const all = edges.flatMap(({ consumers }) => consumers)
          const release = (): void => {
            for (const { channel, chunks } of all)
              if (draw.next().value === 0) for (const chunk of chunks.splice(0)) channel.release(chunk)
          }
          const settle = (act: () => boolean): void => {
            while (!act()) release()
          }
          records.forEach((record, n) => {
            if (out.push(n, record, state)) settle(() => out.relieve())
            if (draw.next().value === 1) out.feedHungry()
          })
          assert.is(
            out.held,
            all.reduce((held, { buffer }) => held + buffer.size, 0),
          )
          settle(() => out.flush())
          assert.is(out.held, 0)
          out.complete()
          for (const { route, consumers } of edges) {
            const copies = route === 'broadcast' ? consumers.length : 1
            assert.is(
              consumers.reduce((sent, { channel }) => sent + channel.sent, 0),
              copies * records.length,
            )
            for (const { log } of consumers) {
              assert.is(log.pop(), 'end')
              assert.equal(
                log,
                [...log].sort((a, b) => Number(a) - Number(b)),
              )
              assert.is(new Set(log).size, log.length)
            }
          }
        },
      ),
    )
  })

  test('relieve sends full chunks only, unless one finds no room: then the others do not wait to be full', () => {
    const full = consumer(1)
    const partly = consumer(1)
    const out = outputs([edge('forward', [full]), edge('rebalance', [partly, consumer()])])
    out.push(1, undefined, state)
    assert.ok(out.relieve())
    assert.equal([full.log, partly.log], [[], []])
    out.push(2, undefined, state)
    assert.ok(out.relieve())
    assert.equal([full.log, partly.log], [[1, 2], []])
    out.push(3, undefined, state)
    out.push(4, undefined, state)
    assert.not(out.relieve())
    assert.equal(partly.log, [1, 3])
    full.channel.release(full.chunks[0]!)
    assert.ok(out.relieve())
    assert.equal(full.log, [1, 2, 3, 4])
  })

  /** Dealt records from 0 on while there is room, as a strand does: how many there were. */
  const dealt = (out: Outputs): number => {
    let n = 0
    do {
      while (!out.push(n++, undefined, state));
    } while (out.relieve())
    return n
  }

  test('a dealt record goes round a consumer that is behind once another has nothing to do', () => {
    const [behind, quick] = [consumer(1), consumer(1)]
    const out = outputs([edge('rebalance', [behind, quick])])
    assert.is(dealt(out), 7)
    assert.equal(
      [behind.log, quick.log],
      [
        [0, 2],
        [1, 3],
      ],
    )
    const done = ({ chunks, channel }: Consumer): void => {
      for (const chunk of chunks.splice(0)) channel.release(chunk)
    }
    done(quick)
    assert.is(quick.producer.wakes, 1)
    assert.ok(out.relieve())
    assert.ok(out.push(7, undefined, state))
    assert.not(out.relieve(), 'it is fed')
    assert.equal(
      [behind.log, quick.log],
      [
        [0, 2],
        [1, 3, 5, 7],
      ],
    )
    done(quick)
    assert.ok(out.relieve())
    assert.not(out.push(8, undefined, state))
    assert.ok(out.push(9, undefined, state))
    assert.not(out.relieve())
    done(behind)
    assert.ok(out.relieve())
    assert.equal(
      [behind.log, quick.log],
      [
        [0, 2, 4, 6],
        [1, 3, 5, 7, 8, 9],
      ],
    )
  })

  test('what has a key, or goes to all, waits for a consumer that is behind', () => {
    for (const route of ['hash', 'broadcast'] as const) {
      const consumers = [consumer(1, true), consumer(1, true)]
      const out = outputs([edge(route, consumers)])
      const [behind, idle] = consumers as [Consumer, Consumer]
      behind.buffer.size = 2
      assert.ok(out.relieve())
      behind.buffer.size = 2
      assert.not(out.relieve())
      assert.is(idle.channel.held, 0)
    }
  })

  test('nothing goes round a barrier, or to a consumer that has left', () => {
    const barrier = { kind: 'barrier', checkpoint: 1, final: false, full: false } as const
    const [barred, idle] = [consumer(1), consumer(1)]
    const out = outputs([edge('rebalance', [barred, idle])])
    out.push(1, undefined, state)
    out.flush()
    out.signal(barrier)
    assert.not(out.relieve())
    assert.is(idle.channel.held, 0)
    const [behind, left] = [consumer(1), consumer(1)]
    const others = outputs([edge('rebalance', [behind, left])])
    left.leave()
    dealt(others)
    assert.not(others.relieve())
  })

  test('feeds a partly filled chunk to a consumer that has nothing, and to no other', () => {
    const [idle, busy] = several(2) as [Consumer, Consumer]
    const out = outputs([edge('forward', [idle]), edge('forward', [busy])])
    busy.buffer.records[0] = busy.buffer.size = 1
    busy.buffer.flush()
    out.push('x', undefined, state)
    out.feedHungry()
    assert.equal([idle.log, busy.log, out.held], [['x'], [1], 1])
  })

  test('freezes what branches share, and nothing else', () => {
    const two = (): EdgeOutput[] => several(2).map((branch) => edge('forward', [branch]))
    const frozenBy = (out: Outputs, record: object): boolean => {
      out.push(record, undefined, state)
      return Object.isFrozen(record)
    }
    const inner = { deep: {} }
    assert.ok(frozenBy(outputs(two(), { freeze: true }), inner))
    assert.not(Object.isFrozen(inner.deep))
    assert.not(frozenBy(outputs(two()), {}))
    assert.not(frozenBy(outputs([two()[0]!], { freeze: true }), {}))
    const bytes = Uint8Array.of(1)
    outputs(two(), { freeze: true }).push(bytes, undefined, state)
    assert.not(Object.isFrozen(bytes))
    for (const value of ['text', 1, null, undefined])
      outputs(two(), { freeze: true }).push(value, undefined, state)
  })

  test('is deserted when it had consumers and every one has left, of side outputs too', () => {
    const [a, b, side, letters] = several(4) as [Consumer, Consumer, Consumer, Consumer]
    const sides = new Map([['n1', new Map([['late', [edge('forward', [side])]]])]])
    const out = new Outputs(
      [edge('rebalance', [a, b])],
      sides,
      [edge('forward', [letters])],
      false,
      new CountingWaker(),
    )
    for (const { leave } of [a, b, side]) {
      assert.not(out.deserted)
      leave()
    }
    assert.ok(out.deserted, 'dead letters do not count')
    assert.not(outputs([]).deserted)
  })

  test('side outputs go by operator and tag, wake the strand, and make a call wait for room', async () => {
    const waker = new CountingWaker()
    const [late, odd] = [consumer(1), consumer(1)]
    const tags = new Map([
      ['late', [edge('forward', [late])]],
      ['odd', [edge('forward', [odd])]],
    ])
    const out = new Outputs([], new Map([['n1', tags]]), [], false, waker)
    assert.ok(out.side('n1', 'late', 1, NaN))
    assert.ok(out.side('n1', 'nobody reads it', 2, NaN))
    assert.ok(out.side('n2', 'late', 3, NaN))
    assert.is(waker.wakes, 3)
    assert.not(out.side('n1', 'late', 4, NaN))
    let admitted = 0
    const waiting = [out.roomForSides(), out.roomForSides()].map((room) => room.then(() => admitted++))
    await Promise.resolve()
    assert.is(admitted, 0)
    assert.ok(out.relieve())
    await Promise.all(waiting)
    assert.equal([admitted, late.log, odd.log], [2, [1, 4], []])
  })

  test('calls that wait for room go on when the job ends early', async () => {
    const out = outputs([edge('forward', several(1))])
    const room = out.roomForSides()
    out.abandon()
    await room
  })

  test('dead letters go one way, however many operators have it, and every way ends', () => {
    const [first, second] = several(2) as [Consumer, Consumer]
    const out = new Outputs(
      [],
      new Map(),
      [edge('forward', [first]), edge('forward', [second])],
      false,
      new CountingWaker(),
    )
    assert.ok(out.deadLetter('x'))
    assert.is(out.held, 1)
    out.flush()
    out.complete()
    assert.equal([first.log, second.log], [['x', 'end'], ['end']])
    assert.not(outputs([]).deadLetter('x'))
  })

  test('its fill is that of its fullest channel', () => {
    const [a, b] = [consumer(2), consumer(4)]
    const out = outputs([edge('rebalance', [a, b])])
    assert.is(out.fill, 0)
    for (const n of [1, 2]) out.push(n, undefined, state)
    out.flush()
    assert.is(out.fill, 0.5)
  })
})
