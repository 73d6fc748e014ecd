import assert from 'node:assert/strict'
import process from 'node:process'
import { natsSuite } from '../support/nats/nats-suite.ts'
import { expectedCounts, TestCluster } from './cluster-processes.ts'

const down = [{ name: 'dictionary', stopped: true, cleaned: true, killed: false }]

natsSuite(
  'a job in a cluster of real processes',
  (test) => {
    test('waits for a worker, runs to its end, and leaves nothing behind', async (context) => {
      const cluster = await TestCluster.start(context)
      const submitted = cluster.submit('count', 1_000)
      await submitted.says('waits for a worker')
      const worker = await cluster.worker(2)
      const outcome = await cluster.outcome(submitted)
      assert.deepEqual(outcome, {
        status: 'completed',
        values: expectedCounts(1_000),
        balance: (outcome['balance'] as number[]).map(() => 0),
        services: down,
      })
      assert.deepEqual(await cluster.left(), [])
      assert.deepEqual(worker.children, [])
      worker.signal('SIGTERM')
      assert.deepEqual(await worker.ended, { code: 0, signal: null })
    })

    test('is cancelled through its handle', async (context) => {
      const cluster = await TestCluster.start(context)
      await cluster.worker()
      const outcome = await cluster.outcome(cluster.submit('handle', 1_000_000_000))
      assert.equal(outcome['error'], 'JobCancelledError')
      assert.deepEqual(
        [...new Set(outcome['statuses'] as string[])],
        ['queued', 'running', 'stopping', 'cancelled'],
      )
      assert.deepEqual(await cluster.left(), [])
    })

    test('tells of the failure of an operator as in process', async (context) => {
      const cluster = await TestCluster.start(context)
      await cluster.worker()
      const outcome = await cluster.outcome(cluster.submit('fails'))
      assert.equal(outcome['name'], 'JobFailedError')
      assert.equal(outcome['operator'], 'word')
      assert.equal(outcome['cause'], 'RangeError')
      assert.equal(outcome['isRangeError'], true)
      assert.equal(outcome['status'], 'failed')
      assert.match(String(outcome['message']), /thirteen is out of range/)
      assert.match(String(outcome['file']), /test\/cluster\/fixtures\/program\.ts$/)
      assert.deepEqual(await cluster.left(), [])
    })

    test('fails where its services do not come up', async (context) => {
      const cluster = await TestCluster.start(context)
      await cluster.worker()
      const outcome = await cluster.outcome(cluster.submit('no-service'))
      assert.deepEqual([outcome['name'], outcome['status']], ['JobFailedError', 'failed'])
      assert.match(String(outcome['message']), /the dictionary is lost/)
      assert.deepEqual(await cluster.left(), [])
    })

    test('stops at Ctrl-C, with what it had read by then processed', async (context) => {
      const cluster = await TestCluster.start(context)
      await cluster.worker()
      const submitted = cluster.submit('interrupted', 1_000_000)
      await cluster.counted(50)
      submitted.signal('SIGINT')
      const outcome = await cluster.outcome(submitted)
      assert.equal(outcome['status'], 'stopped')
      const counted = outcome['values'] as readonly (readonly [string, number])[]
      const total = counted.reduce((sum, [, count]) => sum + count, 0)
      assert.ok(total > 0)
      assert.deepEqual(counted, expectedCounts(total))
    })

    test('is one of several of its program, and knows what those before it came to', async (context) => {
      const cluster = await TestCluster.start(context)
      await cluster.worker()
      const outcome = await cluster.outcome(cluster.submit('later', 100))
      assert.deepEqual(outcome, { status: 'completed', values: [40, 40, 40, 40, 40] })
      assert.deepEqual(await cluster.left(), [])
    })

    test('is known by its id elsewhere, goes on until it is stopped, and is deleted', async (context) => {
      const cluster = await TestCluster.start(context)
      await cluster.worker()
      const outcome = await cluster.outcome(cluster.submit('by-id', 100))
      assert.deepEqual([outcome['read'], outcome['gone']], [100, 'EngineError'])
      // Its sources may have run dry by the time it is told to stop.
      assert.match(String(outcome['status']), /^(completed|stopped)$/)
      assert.deepEqual(await cluster.left(), [])
    })

    test('goes on elsewhere when a worker is told to end', async (context) => {
      const cluster = await TestCluster.start(context)
      const [first, second] = [await cluster.worker(), await cluster.worker()]
      const submitted = cluster.submit('slow', 400)
      await cluster.counted(50)
      first.signal('SIGTERM')
      assert.deepEqual(await first.ended, { code: 0, signal: null })
      assert.equal(submitted.isOver, false)
      const outcome = await cluster.outcome(submitted)
      assert.deepEqual([outcome['status'], outcome['values']], ['completed', expectedCounts(400)])
      assert.equal(second.isOver, false)
    })

    for (const victim of ['the leader', 'another worker', 'the process of a slot'] as const) {
      test(`loses nothing when ${victim} is killed`, async (context) => {
        const cluster = await TestCluster.start(context)
        const leader = await cluster.worker()
        await leader.says('leads the cluster')
        const other = await cluster.worker()
        const submitted = cluster.submit('slow', 400)
        await cluster.counted(50)
        // It is to have done something by then.
        while (other.children.length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
        if (victim === 'the leader') leader.signal('SIGKILL')
        else if (victim === 'another worker') other.signal('SIGKILL')
        else process.kill(other.children[0]!, 'SIGKILL')
        assert.equal(submitted.isOver, false)
        const outcome = await cluster.outcome(submitted)
        assert.deepEqual([outcome['status'], outcome['values']], ['completed', expectedCounts(400)])
        assert.deepEqual(await cluster.left(), [])
      })
    }
  },
  { timeout: 150_000 },
)
