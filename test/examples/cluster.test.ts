import assert from 'node:assert/strict'
import { TestProcess } from '../cluster/cluster-processes.ts'
import { natsSuite } from '../support/nats/nats-suite.ts'
import { startNats } from '../support/nats/start-nats.ts'
import { runExample } from './run-example.ts'

natsSuite(
  'the example of a cluster',
  (test) => {
    test('counts on two workers, and ends by itself', async (context) => {
      const { address } = await startNats(context)
      const args = ['src/cli/main.ts', 'worker', '--engine', address]
      const workers = [new TestProcess(args, context), new TestProcess(args, context)]
      await Promise.all(workers.map((worker) => worker.says('is ready')))
      const { stdout, stderr, code } = await runExample(
        'examples/cluster.ts',
        [address, '20000'],
        context.signal,
      )
      const digits = Array.from({ length: 10 }, (_, digit) => `${digit}: 2000`)
      assert.deepEqual(stdout.trimEnd().split('\n'), [...digits, 'completed, 20000 records counted'])
      assert.equal(stderr, '')
      assert.equal(code, 0)
    })
  },
  { timeout: 120_000 },
)
