import { BehaviorSubject } from 'rxjs'
import * as assert from 'uvu/assert'
import type { Dispatcher } from '../../../src/runtime/dispatcher/dispatcher.ts'
import type { SourceProgress } from '../../../src/functions/user-functions.ts'
import { metricsOf, progressOf, snapshots } from '../../../src/runtime/metrics/observe-job.ts'
import { suite } from '../../support/suite.ts'
import { HandClock } from '../task/support/hand-clock.ts'

const stub = (told: object): Dispatcher => told as unknown as Dispatcher

suite('snapshots', (test) => {
  test('come at once, then periodically, then a last time as the job ends', () => {
    const clock = new HandClock()
    const status$ = new BehaviorSubject('running')
    let taken = 0
    const seen: (number | string)[] = []
    const observable = snapshots(stub({ status$ }), clock, () => taken++)
    assert.is(taken, 0, 'nothing before somebody listens')
    observable.subscribe({ next: (n) => seen.push(n), complete: () => seen.push('end') })
    clock.advance(250)
    clock.advance(750)
    assert.equal(seen, [0, 1, 2, 3, 4])
    status$.complete()
    assert.equal(seen, [0, 1, 2, 3, 4, 5, 'end'])
    assert.is(clock.timers, 0)
  })

  test('cost nothing once nobody listens', () => {
    const clock = new HandClock()
    const status$ = new BehaviorSubject('running')
    const subscription = snapshots(stub({ status$ }), clock, () => 1).subscribe()
    assert.is(clock.timers, 1)
    subscription.unsubscribe()
    assert.is(clock.timers, 0)
    assert.not(status$.observed)
  })

  test('end when the listener leaves in the middle of one', () => {
    const clock = new HandClock()
    const status$ = new BehaviorSubject('running')
    const left = new AbortController()
    snapshots(stub({ status$ }), clock, () => 1).forEach(() => left.abort()).catch(() => {}) // prettier-ignore
    assert.is(clock.timers, 1)
    const once = snapshots(stub({ status$ }), clock, () => 1).subscribe({
      next: () => queueMicrotask(() => once.unsubscribe()),
    })
    once.unsubscribe()
    assert.is(clock.timers, 1)
  })
})

suite('progressOf and metricsOf', (test) => {
  const nodes = [
    { id: 'n0', kind: 'source', in: 0, handled: 0, out: 7 },
    { id: 'n1', kind: 'source', in: 0, handled: 0, out: 5 },
    { id: 'n2', kind: 'map', in: 12, handled: 11, out: 11 },
    { id: 'n3', kind: 'sink', in: 11, handled: 9, out: 0 },
  ]
  const metrics = { snapshot: () => ({}) }
  const job = (
    startedAt: number | undefined,
    told: readonly (() => SourceProgress | undefined)[] = [],
  ): Dispatcher =>
    stub({
      status: 'running',
      startedAt,
      nodeResults: () => nodes,
      instance: {
        latency: { figures: () => ({ p50: 7 }) },
        channels: [
          { from: 'n0', to: 'n2', channel: { sent: 4, held: 1, fill: 0.5 } },
          { from: 'n0', to: 'n2', channel: { sent: 3, held: 0, fill: 0 } },
          { from: 'n1', to: 'n2', channel: { sent: 5, held: 2, fill: 1 } },
        ],
        nodes: new Map<string, object>([
          ['n0', { main: true, progress: told, metrics, subtasks: [] }],
          ['n1', { main: true, progress: [], metrics, subtasks: [] }],
          ['n2', { main: true, progress: [], subtasks: [], metrics: { snapshot: () => ({ hits: 3 }) } }],
        ]),
      },
    })

  test('read is what sources gave, written what sinks took', () => {
    const clock = new HandClock()
    clock.time = 1500
    assert.equal(progressOf(job(1000), clock), {
      status: 'running',
      elapsedMs: 500,
      read: 12,
      written: 9,
      sources: [
        { node: 'n0', done: 7, unit: 'records' },
        { node: 'n1', done: 5, unit: 'records' },
      ],
      nodes,
      edges: [
        { from: 'n0', to: 'n2', sent: 7, held: 1, fill: 0.5 },
        { from: 'n1', to: 'n2', sent: 5, held: 2, fill: 1 },
      ],
      activity: ['n0', 'n1', 'n2'].map((node) => ({ node, loop: node, busyMs: 0, heldMs: 0, idleMs: 0, watermark: null, lagMs: null, subtasks: [] })), // prettier-ignore
      latency: { p50: 7 },
    })
    assert.is(progressOf(job(undefined), clock).elapsedMs, 0)
  })

  test('what the subtasks of a source tell adds up', () => {
    const told = (...parts: (SourceProgress | undefined)[]): unknown =>
      progressOf(job(0, parts.map((part) => () => part)), new HandClock()).sources[0] // prettier-ignore
    const half = { done: 5, total: 10, unit: 'bytes' } as const
    assert.equal(told(half, undefined, half), { node: 'n0', done: 10, total: 20, unit: 'bytes' })
    const endless = { done: 1, unit: 'bytes' } as const
    assert.equal(told(half, endless), { node: 'n0', done: 6, total: undefined, unit: 'bytes' })
    assert.equal(told(undefined), { node: 'n0', done: 7, unit: 'records' })
  })

  test('an edge has the sum of its channels, and the fill of the fullest', () => {
    const { edges, custom } = metricsOf(job(0), new HandClock())
    assert.equal(edges, [
      { from: 'n0', to: 'n2', sent: 7, held: 1, fill: 0.5 },
      { from: 'n1', to: 'n2', sent: 5, held: 2, fill: 1 },
    ])
    assert.equal(custom, { n0: {}, n1: {}, n2: { hits: 3 } })
  })
})
