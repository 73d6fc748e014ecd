import assert from 'node:assert/strict'
import { fixedDelay } from '../../../src/functions/restart-strategy.ts'
import { ordersFor } from '../../../src/cluster/leader/orders-for.ts'
import { suite } from '../../support/suite.ts'
import { jobSpec, ModelCluster, type ModelWorker } from './cluster-model.ts'

const regionsOf = (worker: ModelWorker): number =>
  [...worker.parts.values()].reduce((sum, { regions }) => sum + regions.size, 0)

suite('placing regions', (test) => {
  test('deals them out evenly, and a new leader leaves them where they are', () => {
    const cluster = new ModelCluster()
    const [a, b] = [cluster.join(), cluster.join()]
    cluster.rest(3, false)
    cluster.submit(jobSpec('j', 8))
    cluster.rest(2, false)
    assert.deepEqual([regionsOf(a), regionsOf(b)], [4, 4])
    const before = [...a.parts.keys()]
    cluster.loseLeader()
    assert.deepEqual(cluster.view.jobs['j']!.regions['r0'], { at: 'nowhere', notBefore: 0 })
    cluster.rest(5, false)
    assert.deepEqual([...a.parts.keys()], before)
    assert.equal(cluster.state('j')?.takeovers, 0)
  })

  test('a worker that joins takes its share, one region after the other', () => {
    const cluster = new ModelCluster()
    const first = cluster.join()
    cluster.submit(jobSpec('j', 8))
    cluster.rest(4, false)
    assert.equal(regionsOf(first), 8)
    const second = cluster.join()
    cluster.rest(30, false)
    assert.deepEqual([regionsOf(first), regionsOf(second)], [4, 4])
  })

  test('what a lost worker had is taken over, and counted', () => {
    const cluster = new ModelCluster()
    const [a, b] = [cluster.join(), cluster.join()]
    cluster.submit(jobSpec('j', 4))
    cluster.rest(4, false)
    cluster.kill(a)
    cluster.rest(6, false)
    assert.equal(regionsOf(b), 4)
    assert.equal(cluster.state('j')?.takeovers, 2)
    assert.equal(cluster.state('j')?.status, 'running')
  })

  test('a worker that drains gets nothing, and what it lets go of goes elsewhere', () => {
    const cluster = new ModelCluster()
    const [a, b] = [cluster.join(), cluster.join()]
    cluster.submit(jobSpec('j', 4, { services: ['cache'] }))
    cluster.rest(4, false)
    a.draining = true
    cluster.rest(5, false)
    assert.equal(a.parts.size, 0)
    assert.equal(regionsOf(b), 4)
    assert.equal(cluster.view.jobs['j']!.services.at, 'slot')
    assert.equal(cluster.state('j')?.takeovers, 0)
  })
})

suite('the life of a job', (test) => {
  test('services go down once all regions have ended, and then it is over', () => {
    const cluster = new ModelCluster()
    const worker = cluster.join()
    cluster.submit(jobSpec('j', 2, { services: ['cache'] }))
    cluster.rest(4, false)
    assert.equal(cluster.state('j')?.status, 'running')
    worker.end(() => true)
    cluster.beat(worker)
    assert.equal(cluster.state('j')?.status, 'closing')
    const [order] = ordersFor(cluster.view, worker.id)
    assert.equal(order?.phase, 'close')
    assert.deepEqual(order?.over, ['r0', 'r1'])
    cluster.rest(4, false)
    const state = cluster.state('j')!
    assert.equal(state.status, 'completed')
    assert.deepEqual(state.services, [{ name: 'cache', stopped: true, cleaned: true, killed: false }])
    assert.equal(typeof state.endedAt, 'string')
  })

  test('without autostop it goes on until somebody stops it, and has completed then', () => {
    const cluster = new ModelCluster()
    cluster.join()
    cluster.submit(jobSpec('j', 2, { autostop: false }))
    cluster.rest(6)
    assert.equal(cluster.state('j')?.status, 'running')
    cluster.wish('j', 'stop')
    cluster.rest(3)
    assert.equal(cluster.state('j')?.status, 'completed')
  })

  test('a stop lets what is in flight drain, and gives up when nothing moves', () => {
    const cluster = new ModelCluster()
    const worker = cluster.join()
    cluster.submit(jobSpec('j', 1))
    cluster.rest(4, false)
    cluster.wish('j', 'stop')
    cluster.rest(2, false)
    assert.equal(cluster.state('j')?.status, 'stopping')
    assert.equal(ordersFor(cluster.view, worker.id)[0]?.phase, 'stop')
    cluster.rest(12, false)
    const state = cluster.state('j')!
    assert.equal(state.status, 'stopped')
    assert.deepEqual(state.ended['r0']?.operators[0]?.book, { in: 1, out: 1 })
  })

  test('what waits for a first worker is stopped or cancelled at once', () => {
    const cluster = new ModelCluster()
    cluster.submit(jobSpec('j', 1))
    cluster.submit(jobSpec('k', 1))
    cluster.rest(3)
    cluster.wish('j', 'stop')
    cluster.wish('k', 'cancel')
    cluster.pass(100)
    cluster.pass(100)
    assert.deepEqual([cluster.state('j')?.status, cluster.state('k')?.status], ['stopped', 'cancelled'])
    assert.equal(cluster.state('j')?.startedAt, null)
  })

  test('the failure of an operator ends it everywhere', () => {
    const cluster = new ModelCluster()
    const [a, b] = [cluster.join(), cluster.join()]
    cluster.submit(jobSpec('j', 4))
    cluster.rest(4, false)
    a.end((region) => region === 'r0', 'failed')
    b.end((region) => region === 'r0', 'failed')
    cluster.beat(a)
    cluster.beat(b)
    assert.equal(cluster.state('j')?.status, 'closing')
    const orders = [a, b].flatMap(({ id }) => ordersFor(cluster.view, id))
    assert.ok(orders.length >= 2)
    for (const { phase, reason } of orders) assert.deepEqual([phase, reason?.name], ['abort', 'TypeError'])
    cluster.rest(4, false)
    assert.equal(cluster.state('j')?.status, 'failed')
    assert.equal(cluster.state('j')?.failure?.message, 'no such thing')
    assert.deepEqual([a.parts.size, b.parts.size], [0, 0])
  })

  test('where its strategy says so a region is started anew, once its slot has let go of it, after the delay', () => {
    const cluster = new ModelCluster()
    const worker = cluster.join()
    cluster.submit(jobSpec('j', 2, { restart: fixedDelay({ attempts: 1, delay: 3_000 }) }))
    cluster.rest(4, false)
    worker.end((region) => region === 'r0', 'failed')
    cluster.beat(worker)
    assert.equal(cluster.state('j')?.restarts, 1)
    assert.deepEqual(
      cluster.state('j')?.restartCauses.map(({ message }) => message),
      ['no such thing'],
    )
    assert.equal(cluster.state('j')?.status, 'running')
    cluster.rest(2, false)
    assert.equal(worker.has('j', 'r0'), false)
    cluster.rest(3, false)
    assert.equal(worker.has('j', 'r0'), true)
    worker.end((region) => region === 'r0', 'failed')
    cluster.rest(3, false)
    assert.equal(cluster.state('j')?.status, 'failed')
  })

  test("what is nobody's fault is no failure of the job: its region is placed anew", () => {
    const cluster = new ModelCluster()
    const worker = cluster.join()
    cluster.submit(jobSpec('j', 1))
    cluster.rest(4, false)
    worker.failure = {
      name: 'RegionFencedError',
      lineage: ['RegionFencedError', 'MillraceError'],
      message: '',
    }
    worker.end(() => true, 'failed')
    cluster.rest(1, false)
    assert.equal(worker.has('j', 'r0'), false)
    cluster.rest(3, false)
    assert.equal(worker.has('j', 'r0'), true)
    assert.deepEqual([cluster.state('j')?.status, cluster.state('j')?.restarts], ['running', 0])
  })

  test('a job of which nothing is written any more is forgotten, and its slots end', () => {
    const cluster = new ModelCluster()
    const worker = cluster.join()
    cluster.submit(jobSpec('j', 2))
    cluster.rest(4, false)
    assert.notEqual(worker.parts.size, 0)
    cluster.forget('j')
    cluster.rest(3, false)
    assert.equal(worker.parts.size, 0)
    assert.deepEqual(cluster.view.jobs, {})
  })
})
