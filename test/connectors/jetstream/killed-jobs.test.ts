import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { running } from '../../support/node-arguments.ts'
import { natsSuite } from '../../support/nats/nats-suite.ts'
import { startStreams } from './streams.ts'

const program = 'test/connectors/jetstream/programs/copy.ts'
const COUNT = 6_000
const KILLS = 5

natsSuite(
  'JetStream, read and written by a job that is killed',
  (test) => {
    test('has every record once, and in order, however often', async (context) => {
      const streams = await startStreams(context)
      const folder = mkdtempSync(join(tmpdir(), 'millrace-copy-'))
      context.cleanup(() => rmSync(folder, { recursive: true, force: true }))
      await streams.create('IN', ['in.*'])
      await streams.create('OUT', ['out.>'], { allow_atomic: true })
      for (let n = 0; n < COUNT; n++) streams.client.publish(n % 2 === 0 ? 'in.a' : 'in.b', String(n))
      while ((await streams.count('IN')).messages < COUNT) await delay(10)

      let seen = 0
      for (let kills = 0; kills < KILLS; kills++) {
        const child = start(streams.address, folder)
        context.cleanup(() => child.kill('SIGKILL'))
        const gone = once(child, 'close')
        // In the middle of work: something more has been published since the last kill.
        let { messages } = await streams.count('OUT')
        while (messages <= seen + 300 && child.exitCode === null) {
          await delay(5)
          ;({ messages } = await streams.count('OUT'))
        }
        child.kill('SIGKILL')
        await gone
        seen = messages
      }
      const last = start(streams.address, folder)
      assert.equal(await once(last, 'close'), [0, null])

      const expected = Array.from({ length: COUNT }, (_, n) => n)
      const [even, odd] = [await streams.texts('OUT', 'out.a'), await streams.texts('OUT', 'out.b')]
      assert.equal(
        [...even, ...odd].map(Number).toSorted((a, b) => a - b),
        expected,
      )
    })
  },
  { timeout: 60_000 },
)

function start(servers: string, folder: string): ChildProcess {
  return spawn(process.execPath, [...running(program), servers, folder, String(COUNT)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}
