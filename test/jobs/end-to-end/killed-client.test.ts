import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../support/suite.ts'
import { Script } from '../../process/script.ts'
import { waitingSink } from './pipelines/waiting-sink.ts'
import { windowCountsOf } from './pipelines/window-counts.ts'
import { linesIn, program, programOptions, Scene } from './support/scene.ts'

suite('a client that is killed while it waits', (test) => {
  test(
    'leaves its job to go on, and whoever comes later gets the result',
    { timeout: 60_000 },
    async (context) => {
      const { folder, gates, port, client } = await Scene.open(context)
      const output = join(folder, 'out')
      const settings = { records: 5_000, gates: gates.url, at: [2_000], output }
      gates.shut('at 2000')
      const args = [settings, { port }].map((arg) => JSON.stringify(arg))
      const script = new Script(program('window-counts'), { signal: context.signal, args })
      await gates.arrived('at 2000')
      script.kill()
      assert.is((await script.ended()).signal, 'SIGKILL')
      const [job] = (await client.jobs.list()).items
      assert.is(job?.status, 'running')

      const { env } = waitingSink(
        { records: 1, gates: '', waitsAt: 1 },
        { port, ...programOptions('waiting-sink') },
      )
      context.cleanup(() => env.close())
      const handle = await env.job(job!.id)
      const { result } = handle
      gates.open('at 2000')
      const { status, jobId, nodes } = await result
      assert.equal([status, jobId, handle.status], ['completed', job!.id, 'completed'])
      assert.is(nodes[0]?.out, 5_000)
      assert.equal(linesIn(output), windowCountsOf(5_000))
    },
  )
})
