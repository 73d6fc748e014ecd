import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import type { RemoteJobHandle } from '../../../src/index.ts'
import { activeResources } from '../../support/active-resources.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { waitingSink } from './pipelines/waiting-sink.ts'
import { Gates } from './support/gates.ts'
import { assertNothingLeft, programOptions, reaches, temporary } from './support/scene.ts'
import { ServerProcess } from './support/server-process.ts'

/** Files of the loader of TypeScript, and of Node's own cache of code. */
const isOthers = (name: string): boolean => /^(tsx-|node-compile-cache)/.test(name)

/** A job that is in the midst of its second record. */
async function begin(
  { cleanup }: TestContext,
  { port, gates }: { readonly port: number; readonly gates: Gates },
  times: number,
): Promise<RemoteJobHandle> {
  const settings = { records: 200_000, gates: gates.url, waitsAt: 1 }
  const { env } = waitingSink(settings, { port, ...programOptions('waiting-sink', settings) })
  cleanup(() => env.close())
  const job = await env.submit()
  await gates.arrived('sink', times)
  return job
}

suite('after jobs of every end', (test) => {
  test('no process, file, timer or connection is left', { timeout: 120_000 }, async (context) => {
    const gates = await Gates.open(context)
    const before = activeResources()
    const tmp = join(temporary(context), 'tmp')
    mkdirSync(tmp)
    const server = await ServerProcess.start(context, { args: ['--max-running', '4'], env: { TMPDIR: tmp } })
    gates.shut('sink')
    const place = { port: server.port, gates }
    const ended = await begin(context, place, 1)
    const cancelled = await begin(context, place, 2)
    const deleted = await begin(context, place, 3)
    const stopped = await begin(context, place, 4)
    await cancelled.cancel()
    await deleted.delete({ force: true })
    const stopping = Promise.all([stopped.stop(), ended.stop({ savepoint: false })])
    for (const { status$ } of [stopped, ended]) await reaches(status$, (status) => status === 'stopping')
    gates.open('sink')
    await stopping
    assert.equal(
      [(await ended.info()).status, (await cancelled.info()).status, (await stopped.info()).status],
      ['stopped', 'cancelled', 'stopped'],
    )
    await server.stop()
    assertNothingLeft(server.data)
    assert.equal(
      readdirSync(tmp).filter((name) => !isOthers(name)),
      [],
    )
    const folders = readdirSync(join(server.data, 'jobs'))
    assert.equal([...folders].sort(), [ended.id, cancelled.id, stopped.id].sort())
    for (const { id } of [ended, cancelled]) {
      const names = readdirSync(join(server.data, 'jobs', id))
      assert.not.ok(names.includes('secrets.json'), `job ${id} has ${names.join()}`)
    }
    // The sockets of clients are closed in turns of the event loop that nobody waits for.
    while (activeResources().length > before.length) await turn()
  })
})
