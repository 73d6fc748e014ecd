import process from 'node:process'
import * as assert from 'uvu/assert'
import { isAlive } from '../../src/storage/file/process-identity.ts'
import { Api } from '../jobs/exhaustion/api.ts'
import { recordProgram } from '../jobs/exhaustion/recorded-program.ts'
import { suite } from '../support/suite.ts'
import { Millrace } from './millrace.ts'

suite(
  'millrace jobmanager stop, while jobs run',
  (test) => {
    test('says which job it waits for, waits on when it is called again, and a second signal ends the server', async (context) => {
      const millrace = new Millrace(context)
      const stuck = await recordProgram(context, 'stuck')
      await millrace.jobmanager('start', '--port', '0')
      const api = new Api(millrace.server!.port)
      await api.upload(stuck)
      const id = await api.submit(stuck)
      await api.until(id, ({ progress }) => (progress?.read ?? 0) > 0, context.signal)
      const { pid } = millrace.server!
      for (let i = 0; i < 2; i++) {
        const { code, err } = await millrace.jobmanager('stop', '--wait', '1')
        assert.is(code, 1)
        assert.match(err, 'Stopping: waiting for 1 job (stuck)\n')
        assert.match(err, `process ${pid}, has not ended after 1 s: it waits for 1 job (stuck)\n`)
      }
      const status = await millrace.jobmanager('status')
      assert.is(status.code, 4)
      assert.match(status.out, /^state +stopping\n/)
      process.kill(pid, 'SIGTERM')
      while (isAlive({ pid })) await new Promise((resolve) => setTimeout(resolve, 20))
      const { code, err } = await millrace.jobmanager('start', '--port', '0')
      assert.is(code, 0, err)
      const next = new Api(millrace.server!.port)
      const again = await next.until(id, ({ status }) => status === 'running', context.signal)
      assert.is(again.restarts, 1)
      assert.is((await millrace.jobmanager('stop', '--wait', '1', '--force')).code, 0)
    })
  },
  { timeout: 120_000 },
)
