import process from 'node:process'
import * as assert from 'uvu/assert'
import { TestEnvironment } from '../../../src/testing/index.ts'
import { failureOf } from '../../job/jobs.ts'
import { suite } from '../../support/suite.ts'
import { Pid, pids } from './programs/pids.ts'

suite(
  'remote services of a program that is not the one that runs',
  (test) => {
    test('need to be told of it', async () => {
      const error = await failureOf(pids().env.submit({ autostop: true }))
      assert.match(error.message, /"pid" failed to start: The program of the job is not known: .* is a test/)
      assert.match(error.remedy as string, /\{ entry: import\.meta\.url \}/)
      const { services } = error.result
      assert.equal([services[0]?.cleaned, services[0]?.killed], [false, false])
    })

    test('are hosted by the one that is named, with its arguments', async () => {
      const entry = new URL('./programs/pids.ts', import.meta.url)
      const { env, collected } = pids({ entry, argv: ['a', 'b'] })
      const { services } = await env.submit({ autostop: true })
      const [, pid, ...argv] = collected.values[0]!.split(' ')
      assert.is.not(Number(pid), process.pid)
      assert.equal(argv, ['a', 'b'])
      assert.equal(services, [{ name: 'pid', stopped: true, cleaned: true, killed: false }])
    })

    test('are hosted in this process where time is virtual', async () => {
      const env = new TestEnvironment()
      env.registerService('pid', Pid, 'pid', { remote: true, instances: 3 })
      const seen = env
        .fromBatch([1])
        .map((_, ctx) => ctx.callService('pid', 'pid') as Promise<string>)
        .collect()
      await env.run()
      assert.is(seen.values[0]!.split(' ')[1], String(process.pid))
    })
  },
  { timeout: 30_000 },
)
