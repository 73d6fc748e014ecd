import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { Channel } from '../../../src/runtime/flow-control/channel.ts'
import { OutBuffer } from '../../../src/runtime/flow-control/out-buffer.ts'
import { EdgeOutput, Outputs } from '../../../src/runtime/flow-control/outputs.ts'
import { MOST_MARKERS, type Packet } from '../../../src/runtime/flow-control/packet.ts'
import { type Epoch, SignalLine } from '../../../src/runtime/flow-control/signal-line.ts'
import { suite } from '../../support/suite.ts'
import { CountingWaker } from '../task/support/parts.ts'

interface Edge {
  readonly buffer: OutBuffer
  /** What has come, and the consumer has not released. */
  readonly held: Packet[]
}

/** @param came called for what comes */
const edge = (capacity: number, came: (packet: Packet) => void = () => {}): Edge => {
  const channel = new Channel(capacity, new CountingWaker())
  const held: Packet[] = []
  channel.packets.subscribe((packet) => {
    held.push(packet)
    came(packet)
  })
  return { buffer: new OutBuffer(channel, 4, { keyed: false, timed: true, replying: false }), held }
}

const isMarker = ({ kind }: Packet): boolean => kind === 'marker'

/** Takes the first of those for which `which` holds. */
const release = ({ buffer, held }: Edge, which: (packet: Packet) => boolean): void => {
  const at = held.findIndex(which)
  if (at !== -1) buffer.channel.release(held.splice(at, 1)[0]!)
}

const steps = fc.array(
  fc.constantFrom('record', 'watermark', 'marker', 'flush', 'release', 'release a marker'),
  {
    maxLength: 200,
  },
)

suite('latency markers on an edge', (test) => {
  test('overtake no record and no watermark, are few, and hold nothing back', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 3 }), (taken, capacity) => {
        /** What had been put in before each marker, by its time. */
        const before: { readonly records: number; readonly watermark: number }[] = []
        let [put, watermark, read, passed] = [0, -1, 0, -1]
        const marked = edge(capacity, (packet) => {
          if (packet.kind === 'chunk') read += packet.size
          else if (packet.kind === 'watermark') passed = packet.time
          else if (packet.kind === 'marker') {
            assert.ok(read >= before[packet.at]!.records, 'it has overtaken a record')
            assert.ok(passed >= before[packet.at]!.watermark, 'it has overtaken a watermark')
          }
        })
        const plain = edge(capacity)
        for (const step of taken) {
          switch (step) {
            case 'record':
              if (marked.buffer.full) break
              put++
              for (const { buffer } of [marked, plain]) buffer.records[buffer.size++] = put
              break
            case 'watermark':
              watermark++
              for (const { buffer } of [marked, plain])
                buffer.signal({ kind: 'watermark', time: watermark, idle: false })
              break
            case 'marker':
              marked.buffer.signal({ kind: 'marker', at: before.length })
              before.push({ records: put, watermark })
              break
            case 'flush':
              assert.is(marked.buffer.flush(), plain.buffer.flush(), 'a marker is in the way')
              break
            case 'release':
              for (const each of [marked, plain]) release(each, (packet) => !isMarker(packet))
              break
            case 'release a marker':
              release(marked, isMarker)
          }
          assert.ok(marked.held.filter(isMarker).length <= MOST_MARKERS)
          assert.is(marked.buffer.size, plain.buffer.size)
        }
      }),
    )
  })

  test('take one way each, in turn, and not that of a consumer that has gone', () => {
    const edges = Array.from({ length: 3 }, () => edge(8))
    const main = edges.map(({ buffer }) => new EdgeOutput('forward', [buffer], 0))
    const outputs = new Outputs(main, new Map(), [], false, new CountingWaker())
    const send = (count: number): number[] => {
      for (let at = 0; at < count; at++) {
        outputs.signal({ kind: 'marker', at })
        outputs.flush()
      }
      return edges.map(({ held }) => held.length)
    }
    assert.equal(send(6), [2, 2, 2])
    edges[1]!.buffer.channel.cancelled = true
    assert.equal(send(4), [4, 2, 4])
  })
})

suite('latency markers among calls in flight', (test) => {
  test('come out when all records before them have, and are few', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('enter', 'leave', 'marker', 'watermark'), fc.nat(20)), {
          maxLength: 200,
        }),
        (taken) => {
          const line = new SignalLine()
          const inside: { readonly epoch: Epoch; readonly number: number }[] = []
          let entered = 0
          let markers = 0
          for (const [step, which] of taken) {
            if (step === 'enter') inside.push({ epoch: line.enter(), number: entered++ })
            else if (step === 'watermark') line.add({ kind: 'watermark', time: entered, idle: false })
            else if (step === 'marker') line.add({ kind: 'marker', at: entered })
            else if (inside.length > 0) inside.splice(which % inside.length, 1)[0]!.epoch.inside--
            for (let due = line.next; due !== null; due = line.next) {
              line.shift()
              if (due.kind !== 'marker') continue
              const { at } = due
              assert.ok(inside.every(({ number }) => number >= at))
              markers++
            }
          }
          for (const { epoch } of inside) epoch.inside--
          let left = 0
          for (let due = line.next; due !== null; due = line.next) {
            line.shift()
            if (due.kind === 'marker') left++
          }
          assert.ok(left <= MOST_MARKERS)
          assert.ok(markers + left <= taken.filter(([step]) => step === 'marker').length)
        },
      ),
    )
  })
})
