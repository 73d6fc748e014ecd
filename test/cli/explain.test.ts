import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../support/suite.ts'
import { Millrace } from './millrace.ts'
import { program } from './program-files.ts'

const names = [
  'record',
  'validate',
  'assign ids',
  'connect',
  'time',
  'parallelise',
  'split',
  'chain',
  'place',
]

suite(
  'millrace explain',
  (test) => {
    test('shows the graph after each pass, and runs nothing', async (context) => {
      const millrace = new Millrace(context)
      const text = await millrace.call(['explain', program('numbers.ts')])
      assert.equal([text.code, text.err], [0, ''])
      assert.equal(
        text.out.split('\n').filter((line) => line.startsWith('==')),
        names.map((name) => `== ${name}`),
      )
      const site = program('numbers.ts')
      const chained = await millrace.call(['explain', '--pass', 'chain', program('numbers.ts')])
      assert.is(
        chained.out,
        `== chain
  n0 source 'source-1' (${site}:8)
  n1 filter 'filter-1' <- n0 (${site}:9)
  n2 sink 'sink-1' <- n1 (${site}:10)
  n0 -> n1 data forward
  n1 -> n2 data forward
  task t0 x1: n0 + n1 + n2
`,
      )
    })

    test('shows it as JSON and as Mermaid, also that of a RemoteEnvironment', async (context) => {
      const millrace = new Millrace(context)
      const json = await millrace.call(['explain', '-o', 'json', program('remote.ts')])
      assert.equal([json.code, json.err], [0, 'before: a program\n'])
      const said = JSON.parse(json.out) as {
        readonly name: string
        readonly graph: { readonly nodes: readonly { readonly id: string; readonly kind: string }[] }
        readonly stages: readonly { readonly name: string }[]
      }
      assert.is(said.name, 'remote')
      assert.equal(
        said.graph.nodes.map(({ id, kind }) => `${id} ${kind}`),
        ['n0 source', 'n1 sink'],
      )
      assert.equal(
        said.stages.map(({ name }) => name),
        names,
      )
      const mermaid = await millrace.call(['explain', '--mermaid', program('numbers.ts')])
      assert.is(
        mermaid.out,
        'flowchart LR\n  n0(["source-1"])\n  n1["filter-1"]\n  n2[("sink-1")]\n  n0 --> n1\n  n1 --> n2\n',
      )
    })

    test('lists the services of a program behind its plans, and as data', async (context) => {
      const millrace = new Millrace(context)
      const file = program('with-services.ts')
      const { out } = await millrace.call(['explain', file])
      const listed = `== services
  'rates' in process, cleanupTimeout 5000 ms
  'model' remote x2, restarts 1, cleanupTimeout 250 ms
`
      assert.ok(out.endsWith(listed), out)
      const json = await millrace.call(['explain', '-o', 'json', '--pass', 'chain', file])
      assert.equal((JSON.parse(json.out) as { readonly services: unknown }).services, [
        { type: 'service', name: 'rates', cleanupTimeout: 5000, remote: null },
        { type: 'service', name: 'model', cleanupTimeout: 250, remote: { instances: 2, restarts: 1 } },
      ])
    })

    test('says what is wrong in a sentence', async (context) => {
      const millrace = new Millrace(context)
      const pass = await millrace.call(['explain', '--pass', 'chian', program('numbers.ts')])
      assert.is(pass.code, 2)
      assert.match(pass.err, /^millrace: There is no pass 'chian' of the compiler\.\n.*Did you mean chain\?/)
      const wrong = await millrace.call(['explain', program('unfinished.ts')])
      assert.equal([wrong.code, wrong.out], [1, ''])
      assert.match(wrong.err, /^millrace: .*\n(.*\n)*.*unfinished\.ts:5/)
      const file = join(millrace.data, 'throws.mjs')
      writeFileSync(file, '\nthrow new Error("no luck")\n')
      const thrown = await millrace.call(['explain', file])
      assert.is(
        thrown.err,
        `millrace: '${file}' failed before it came to a submit: Error: no luck\n  at:       ${file}:2\n`,
      )
    })

    test('refuses programs whose millrace it could not halt', async (context) => {
      const millrace = new Millrace(context)
      const folder = join(millrace.data, 'node_modules', 'millrace')
      mkdirSync(folder, { recursive: true })
      writeFileSync(
        join(folder, 'package.json'),
        '{ "name": "millrace", "version": "0.0.9", "type": "module", "exports": { ".": "./index.js", "./package.json": "./package.json" } }',
      )
      writeFileSync(join(folder, 'index.js'), 'export const run = () => console.log("it ran")\n')
      const file = join(millrace.data, 'old.mjs')
      writeFileSync(file, "import { run } from 'millrace'\nrun()\n")
      const explained = await millrace.call(['explain', file])
      assert.equal([explained.code, explained.out], [2, ''])
      assert.match(explained.err, /The millrace of '.*old\.mjs' is 0\.0\.9, which this command cannot halt/)
      const ran = await millrace.call(['run', file])
      assert.equal([ran.code, ran.out], [1, 'it ran\n'])
      assert.match(ran.err, /is 0\.0\.9, and does not tell this command of its submits/)
    })
  },
  { timeout: 120_000 },
)
