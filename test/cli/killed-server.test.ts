import { once } from 'node:events'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { suite } from '../support/suite.ts'
import { Millrace } from './millrace.ts'

/** More with MILLRACE_KILLS. */
const KILLS = Number(process.env['MILLRACE_KILLS'] ?? 8)

/** Milliseconds within which a server has begun to run, so that some are killed before that and some after. */
const SPAN = 2_000

suite('a server that is killed', (test) => {
  test(
    'starts again without any cleaning, whenever that was',
    { timeout: 60_000 + KILLS * 5_000 },
    async (context) => {
      const millrace = new Millrace(context)
      for (let kill = 0; kill < KILLS; kill++) {
        const child = millrace.spawn(['jobmanager', 'run', '--port', '0'])
        const ended = once(child, 'close')
        let err = ''
        child.stderr!.on('data', (text: Buffer) => (err += text.toString()))
        child.stdout!.resume()
        const timer = setTimeout(() => child.kill('SIGKILL'), Math.random() * SPAN)
        const [, signal] = (await ended) as [number | null, string | null]
        clearTimeout(timer)
        assert.is(signal, 'SIGKILL', `it ended by itself: ${err}`)
      }
      const { code, err } = await millrace.jobmanager('start', '--port', '0')
      assert.is(code, 0, err)
      assert.is((await millrace.jobmanager('status')).code, 0)
      assert.is((await millrace.jobmanager('stop')).code, 0)
      assert.is((await millrace.jobmanager('status')).code, 3)
    },
  )
})
