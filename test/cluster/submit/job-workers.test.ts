import * as assert from 'uvu/assert'
import type { ClusterSettings } from '../../../src/cluster/cluster-options.ts'
import type { ClusterJob } from '../../../src/cluster/submit/cluster-job.ts'
import { JobWorkers } from '../../../src/cluster/submit/job-workers.ts'
import type { PlacedWorkers, PlacementRequest } from '../../../src/cluster/worker-placement.ts'
import { suite } from '../../support/suite.ts'

/** A placement whose workers are lost, and gone, when the test says so. */
const placement = () => {
  let lose: (reason: Error) => void = () => {}
  let vanish: () => void = () => {}
  const requests: PlacementRequest[] = []
  let stops = 0
  const gone = new Promise<void>((resolve) => (vanish = resolve))
  const stop = (): Promise<void> => {
    stops++
    return gone
  }
  const lost = new Promise<Error>((resolve) => (lose = resolve))
  const placed: PlacedWorkers = { lost, stop, [Symbol.asyncDispose]: stop }
  const startWorkers = (request: PlacementRequest): Promise<PlacedWorkers> => {
    requests.push(request)
    return Promise.resolve(placed)
  }
  return { workers: { startWorkers }, requests, lose, vanish, stops: () => stops }
}

const engine = { address: 'nats://there' }
const settings = (workers: ClusterSettings['workers']): ClusterSettings =>
  ({ engine, workers, remote: {} }) as unknown as ClusterSettings
const { signal } = new AbortController()

suite('workers of the jobs of an environment', (test) => {
  test('are none where nobody runs them', async () => {
    const workers = new JobWorkers(settings(null), () => {})
    const placed = await workers.start(signal)
    assert.is(placed, null)
    workers.attend({} as ClusterJob, placed)
    workers.release(placed)
    await workers.released()
  })

  test('are told where the engine is, and waited for when they are stopped', async () => {
    const { workers: given, requests, vanish, stops } = placement()
    const warn = (): void => {}
    const workers = new JobWorkers(settings(given), warn)
    const placed = await workers.start(signal)
    assert.equal(requests, [{ engine, signal, warn }])
    assert.is(stops(), 0)
    workers.release(placed)
    assert.is(stops(), 1)
    const order: string[] = []
    const released = workers.released().then(() => order.push('released'))
    await Promise.resolve()
    order.push('gone')
    vanish()
    await released
    assert.equal(order, ['gone', 'released'])
  })

  test('take the wait for the job with them when all are lost', async () => {
    const { workers: given, lose } = placement()
    const workers = new JobWorkers(settings(given), () => {})
    const placed = await workers.start(signal)
    const reason = new RangeError('too often')
    const abandoned = await new Promise((resolve) => {
      workers.attend({ abandon: resolve, result: Promise.resolve() } as unknown as ClusterJob, placed)
      lose(reason)
    })
    assert.is(abandoned, reason)
  })
})
