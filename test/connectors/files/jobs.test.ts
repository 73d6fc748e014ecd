import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { readJsonLines, readLines, writeJsonLines, writeLines } from '../../../src/connectors/files/index.ts'
import { fixedDelay, LocalEnvironment, MemoryCheckpointStore } from '../../../src/index.ts'
import { failureOf } from '../../job/jobs.ts'
import { suite } from '../../support/suite.ts'
import { folderOf } from './support/files.ts'
import { namesIn } from './support/sink-worlds.ts'

const COUNT = 20_000
const numbers = Array.from({ length: COUNT }, (_, index) => index)
const text = numbers.map((n) => `${JSON.stringify({ n })}\n`).join('')

suite('files in a job', (test) => {
  test('are copied without checkpoints', async (context) => {
    const folder = folderOf(context)
    const [input, output] = [join(folder, 'in'), join(folder, 'out')]
    writeFileSync(input, text)
    const env = new LocalEnvironment('copy')
    env.fromSource(readJsonLines<{ n: number }>(input)).sink(writeJsonLines(output))
    const { nodes } = await env.submit({ autostop: true })
    assert.is(readFileSync(output, 'utf8'), text)
    assert.equal(
      nodes.map(({ in: taken, out }) => [taken, out]),
      [
        [0, COUNT],
        [COUNT, 0],
      ],
    )
    assert.equal(namesIn(folder), ['in', 'out'])
  })

  test('are not written by a job that fails', async (context) => {
    const folder = folderOf(context)
    const env = new LocalEnvironment('fails')
    env
      .fromBatch(numbers)
      .map((n) => {
        if (n === COUNT - 1) throw new Error('at the very end')
        return `${n}`
      })
      .sink(writeLines(join(folder, 'out')))
    await failureOf(env.submit({ autostop: true }))
    assert.equal(namesIn(folder), [])
  })

  for (const parallelism of [1, 3])
    test(
      `hold each record once though the job fails now and then, parallelism ${parallelism}`,
      { timeout: 60_000 },
      async (context) => {
        const folder = folderOf(context)
        const [input, output, parts] = [join(folder, 'in'), join(folder, 'out'), join(folder, 'parts')]
        writeFileSync(input, text)
        let calls = 0
        const env = new LocalEnvironment('copy', {
          checkpoints: { store: new MemoryCheckpointStore(), interval: 1 },
          restart: fixedDelay({ attempts: Infinity, delay: 1 }),
        })
        const source = env.fromSource(readLines(input, { blockBytes: 5000, chunkBytes: 1000 }), {
          parallelism,
        })
        const lines = source.map(async (line) => {
          if (++calls % 7000 === 0) throw new Error('now and then')
          if (calls % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
          return line
        })
        lines.sink(writeLines(output), { parallelism: 1 })
        lines.sink(writeLines({ directory: parts }), { parallelism })
        const { restarts } = await env.submit({ autostop: true })
        assert.ok(restarts > 0)
        const written = readFileSync(output, 'utf8')
        const inParts = namesIn(parts).map((name) => readFileSync(join(parts, name), 'utf8'))
        if (parallelism === 1) {
          assert.ok(written === text)
          assert.ok(inParts.join('') === text)
        }
        assert.equal(written.split('\n').toSorted(), text.split('\n').toSorted())
        assert.equal(inParts.join('').split('\n').toSorted(), text.split('\n').toSorted())
        assert.equal(namesIn(folder), ['in', 'out', 'parts'])
      },
    )

  test('go on behind a savepoint, in another job', async (context) => {
    const folder = folderOf(context)
    const [input, output] = [join(folder, 'in'), join(folder, 'out')]
    writeFileSync(input, text)
    const store = new MemoryCheckpointStore()
    let seen = 0
    let reached = (): void => {}
    const enough = new Promise<void>((resolve) => (reached = resolve))
    const create = (): LocalEnvironment => {
      const env = new LocalEnvironment('copy', { checkpoints: { store } })
      env
        .fromSource(readLines(input, { chunkBytes: 1000 }))
        .tap(() => {
          if (++seen === 5000) reached()
        })
        .sink(writeLines(output))
      return env
    }
    const handle = await create().submit()
    await enough
    const { location } = await handle.stop({ savepoint: true })
    const first = readFileSync(output, 'utf8')
    assert.ok(first.length > 0 && first.length < text.length && text.startsWith(first))
    await create().submit({ autostop: true, resume: { savepoint: location } })
    assert.ok(readFileSync(output, 'utf8') === text)
  })
})
