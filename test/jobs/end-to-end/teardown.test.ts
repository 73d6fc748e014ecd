import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../support/suite.ts'
import { served } from './pipelines/served.ts'
import { programOptions, Scene } from './support/scene.ts'

suite('autostop on a server', (test) => {
  test('tears services down there before submit resolves here', { timeout: 60_000 }, async (context) => {
    const { folder, gates, port, client } = await Scene.open(context)
    const journal = join(folder, 'journal')
    const written = (): readonly string[] => readFileSync(journal, 'utf8').trimEnd().split('\n')
    const settings = { journal, gates: gates.url }
    const env = served(settings, { port, ...programOptions('served', settings) })
    context.cleanup(() => env.close())
    gates.shut('two stops')
    gates.shut('one cleans up')
    let isResolved = false
    const submitted = env.submit({ autostop: true }).finally(() => (isResolved = true))

    await gates.arrived('two stops')
    const before = ['one started', 'two started', 'one a', 'two a', 'one b', 'two b', 'one c', 'two c']
    assert.equal([...written()].sort(), [...before].sort())
    assert.equal([isResolved, (await client.jobs.list()).items[0]?.status], [false, 'running'])
    gates.open('two stops')

    await gates.arrived('one cleans up')
    assert.equal(written().slice(before.length), ['two stopped', 'two cleaned up', 'one stopped'])
    assert.equal([isResolved, (await client.jobs.list()).items[0]?.status], [false, 'running'])
    gates.open('one cleans up')

    const { status, services, jobId } = await submitted
    assert.is(written().at(-1), 'one cleaned up')
    assert.is(status, 'completed')
    assert.equal(
      services.map(({ name, stopped, cleaned, killed }) => ({ name, stopped, cleaned, killed })),
      ['one', 'two'].map((name) => ({ name, stopped: true, cleaned: true, killed: false })),
    )
    const job = await client.jobs.get(jobId)
    assert.equal([job.status, job.process], ['completed', null])
  })
})
