import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { JobInfo } from '../../src/protocol/job-info.ts'
import { type RunningJobManager, startJobManager } from '../../src/jobs/index.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { Millrace } from './millrace.ts'
import { program } from './program-files.ts'
import { keys, PseudoTerminal } from './pseudo-terminal.ts'

interface Place {
  readonly millrace: Millrace
  readonly server: RunningJobManager
  /** Arguments of submit in front of the program. */
  readonly submit: (...args: readonly string[]) => string[]
}

const placeFor = async (context: TestContext): Promise<Place> => {
  const millrace = new Millrace(context)
  const server = await startJobManager({ port: 0, data: join(millrace.data, 'server') })
  context.cleanup(() => server.close({ drain: false }))
  return { millrace, server, submit: (...args) => ['submit', '--port', String(server.port), ...args] }
}

/** Where nobody listens. */
const closedPort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const jobs = ({ server }: Place): readonly string[] =>
  server.manager.list({ limit: 10 }).items.map(({ name, status }) => `${name} ${status}`)

const masked = (text: string): string =>
  text
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')
    .replace(/after \d+ m?s/g, 'after N s')
    .replace(/Process \d+/g, 'Process N')

suite(
  'millrace submit',
  (test) => {
    test('has the job of a LocalEnvironment run on a server, and waits for it', async (context) => {
      const place = await placeFor(context)
      const { millrace, submit } = place
      const args = ['--name', 'renamed', program('numbers.ts'), '10']
      const { code, out, err } = await millrace.call(submit(...args))
      assert.is(
        masked(err),
        `Submitted "renamed" as ID
-- Process N was started; the job begins.
-- The job came to its end.
"renamed" has completed after N s: 10 read, 5 written
`,
      )
      assert.equal([code, out], [0, ''])
      assert.equal(jobs(place), ['renamed completed'])
      const failed = await millrace.call(submit('-o', 'json', program('failing.ts')))
      assert.is(failed.code, 1)
      assert.match(failed.err, /operator: map-1 \(.*test\/cli\/programs\/failing\.ts:6\)/)
      const info = JSON.parse(failed.out) as JobInfo
      assert.equal([info.name, info.status, info.result?.status], ['failing', 'failed', 'failed'])
    })

    test('goes before what a RemoteEnvironment says', async (context) => {
      const place = await placeFor(context)
      const { millrace, submit, server } = place
      const file = join(millrace.data, 'variables')
      writeFileSync(file, 'FROM_COMMAND=overwritten\nHIDDEN=tell nobody\n')
      const given = [
        '--env-file',
        file,
        '--env',
        'FROM_COMMAND=command',
        '--secret',
        'HIDDEN',
        '--priority',
        '-7',
      ]
      const args = submit(...given, '--memory', '300', program('remote.ts'))
      const { code, out, err } = await millrace.call(args, { env: { FROM_PROGRAM: 'program' } })
      assert.is(code, 0, err)
      assert.is(out, 'before: a job\nFROM_PROGRAM: program\nFROM_COMMAND: command\nHIDDEN: ***\n')
      assert.match(err, /^before: a program\n/)
      assert.is(server.manager.list({ limit: 1 }).items[0]!.priority, -7)
    })

    test('runs the submit that is meant', async (context) => {
      const place = await placeFor(context)
      const { code, out } = await place.millrace.call(place.submit('--ordinal', '1', program('second.ts')))
      assert.equal([code, out], [0, 'second: 1\nsecond: 2\nsecond: 3\n'])
      assert.equal(jobs(place), ['second completed'])
      const none = await place.millrace.call(place.submit('--ordinal', '2', program('second.ts')))
      assert.is(none.code, 1)
      assert.match(none.err, 'ended without coming to its submit 2')
    })

    test('prints the id alone with --detach', async (context) => {
      const place = await placeFor(context)
      const { code, out, err } = await place.millrace.call(
        place.submit('--detach', '--no-autostop', program('ticking.ts')),
      )
      assert.equal([code, err], [0, ''])
      const [job] = place.server.manager.list({ limit: 1 }).items
      assert.equal([out, job!.autostop], [`${job!.id}\n`, false])
    })

    test('stops the job with Ctrl-C, shown live until then', async (context) => {
      const place = await placeFor(context)
      const command = place.millrace.command(place.submit(program('ticking.ts')))
      const terminal = new PseudoTerminal(context, command, { columns: 80, rows: 30 })
      await terminal.until(/^ticking$/m)
      await terminal.until(/^ticking {2}running/m)
      await terminal.until(/^double +\d/m)
      terminal.type(keys.ctrlC)
      assert.is((await terminal.ended).code, 130)
      assert.match(terminal.screen.text, /"ticking" was stopped after .*\n {2}millrace continue/)
      assert.not.match(terminal.screen.text, 'OPERATOR')
      assert.equal(jobs(place), ['ticking stopped'])
    })

    test('says in a sentence what is wrong', async (context) => {
      const millrace = new Millrace(context)
      const cases: readonly (readonly [args: readonly string[], code: number, err: RegExp])[] = [
        [
          ['--port', String(await closedPort()), program('numbers.ts')],
          4,
          /^millrace: there is no job server at/,
        ],
        [['--secret', 'NOT_SET', program('numbers.ts')], 2, /variable NOT_SET of --secret is not set/],
        [['--secret', 'A=b', program('numbers.ts')], 2, /'A' is no environment variable/],
        [['--priority', '2000', program('numbers.ts')], 2, /whole number from 0 to 1000/],
        [['gone.ts'], 2, /There is no file 'gone\.ts'/],
        [[program('unfinished.ts')], 1, /unfinished\.ts:5/],
      ]
      for (const [args, code, expected] of cases) {
        const said = await millrace.call(['submit', ...args])
        assert.match(said.err, expected)
        assert.equal([said.code, said.out], [code, ''], args.join(' '))
      }
    })
  },
  { timeout: 180_000 },
)
