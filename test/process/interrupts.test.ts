import * as assert from 'uvu/assert'
import { suite } from '../support/suite.ts'
import { Script } from './script.ts'

suite(
  'Ctrl-C',
  (test) => {
    test('once: the sources end, sinks are flushed, services are torn down, the process ends', async ({
      signal,
    }) => {
      const script = new Script('interrupted', { signal })
      await script.printed('ready')
      script.interrupt()
      const { code, lines, errors } = await script.ended()
      assert.equal({ code, errors }, { code: 0, errors: '' })
      assert.equal(lines.slice(0, 3).sort(), ['flushed', 'ready', 'sink closed'])
      assert.equal(lines.slice(3), ['service stopped', 'service cleaned', 'stopped'])
    })

    test('twice: what is in flight is aborted', async ({ signal }) => {
      const script = new Script('interrupted', { signal, args: ['stuck'] })
      await script.printed('ready')
      script.interrupt()
      await script.printed('stopping')
      script.interrupt()
      const { code, lines, errors } = await script.ended()
      assert.equal({ code, errors }, { code: 0, errors: '' })
      assert.equal(lines.slice(-3), ['service stopped', 'service cleaned', 'stopped'])
    })

    test('while services start: twice ends it at once', async ({ signal }) => {
      const script = new Script('interrupted', { signal, args: ['starting'] })
      await script.printed('ready')
      script.interrupt()
      await script.printed('stopping')
      script.interrupt()
      const { code, lines, errors } = await script.ended()
      assert.equal({ code, errors }, { code: 0, errors: '' })
      assert.equal(lines, ['ready', 'stopping', 'service cleaned', 'stopped'])
    })
  },
  { timeout: 30_000 },
)
