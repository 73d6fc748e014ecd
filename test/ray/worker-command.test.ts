import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { TestProcess } from '../cluster/cluster-processes.ts'
import { suite } from '../support/suite.ts'
import { startRecordedRay } from './support/recorded-ray.ts'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

suite(
  'millrace worker --ray',
  (test) => {
    test('has Ray run workers until it is told to end', async (context) => {
      const server = await startRecordedRay(context, 'start-and-stop')
      const engine = ['--engine', 'nats://127.0.0.1:4222', '--slots', '2', '--labels', 'zone=a']
      const command = new TestProcess(
        [main, 'worker', ...engine, '--ray', server.address, '--count', '2'],
        context,
      )
      await command.says('-1 at Ray')
      command.signal('SIGTERM')
      assert.equal(await command.ended, { code: 0, signal: null }, command.err)
      assert.match(command.out, /^Worker node-\S+ is ready: millrace-[0-9a-f]{8}-0 at Ray\n/)
      assert.ok(server.requests.includes('DELETE /api/jobs/millrace-GROUP-0'))
      assert.ok(server.requests.includes('DELETE /api/jobs/millrace-GROUP-1'))
      assert.equal(server.surprises, [])
    })

    test('says where there is no Ray', async (context) => {
      const args = ['--engine', 'nats://127.0.0.1:4222', '--ray', 'http://127.0.0.1:1']
      const command = new TestProcess([main, 'worker', ...args], context)
      assert.is((await command.ended).code, 4)
      assert.match(command.err, 'millrace: Ray does not answer at http://127.0.0.1:1')
    })
  },
  { timeout: 60_000 },
)
