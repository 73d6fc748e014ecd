import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { JobManagerClient } from '../../src/client/index.ts'
import { prepare } from '../jobs/end-to-end/support/prepared.ts'
import { suite } from '../support/suite.ts'
import type { TestContext } from '../support/suite.ts'
import { type Command, Millrace } from './millrace.ts'
import { ticking, type TickingSettings } from './monitor/pipelines/ticking.ts'
import { keys, PseudoTerminal, type Screen } from './pseudo-terminal.ts'

const jobs: Readonly<Record<string, TickingSettings>> = { steady: {}, brittle: { failsAt: 20 }, third: {} }

async function started(context: TestContext): Promise<Millrace> {
  const millrace = new Millrace(context)
  const { code, err } = await millrace.jobmanager('start', '--port', '0')
  assert.is(code, 0, err)
  // Jobs that lose their server save their state, into a folder that is being removed.
  context.cleanup(() => millrace.jobmanager('stop'))
  return millrace
}

async function submitAll(context: TestContext, port: number): Promise<void> {
  const client = new JobManagerClient({ port })
  context.cleanup(() => client.close())
  const prepared = await prepare(new URL('monitor/programs/ticking.ts', import.meta.url), ticking({}))
  await prepared.upload(client, context.signal)
  for (const [name, settings] of Object.entries(jobs))
    await client.jobs.submit({ ...prepared.submission(settings), name })
}

/** In a shell that tells the state of its terminal before and after. */
const inShell = ({ file, args, ...rest }: Command): Command => ({
  ...rest,
  file: 'sh',
  args: ['-c', 'echo "was $(stty -g)"; "$@"; echo "code $?"; echo "is $(stty -g)"', 'sh', file, ...args],
})

/** Names of the rows of the table, from the top. */
const rows = ({ lines }: Screen): readonly string[] =>
  lines.slice(3, -1).flatMap((line) => /^[› ] (\w+) /.exec(line)?.[1] ?? [])

const row = ({ lines }: Screen, name: string): string =>
  lines.find((line) => line.slice(2).startsWith(`${name} `)) ?? ''

const shows = (name: string, wanted: RegExp) => (screen: Screen) => wanted.test(row(screen, name))

suite(
  'millrace monitor',
  (test) => {
    test('shows all jobs, does what keys say, and knows when the server is away', async (context) => {
      const millrace = await started(context)
      const { port, pid } = millrace.server!
      await submitAll(context, port)
      const terminal = new PseudoTerminal(context, inShell(millrace.command(['monitor'])), {
        columns: 100,
        rows: 20,
      })
      await terminal.until(shows('steady', /running .* [1-9]\d*\/s/))
      await terminal.until(shows('brittle', /failed/))
      assert.ok(terminal.screen.isAlternate)
      assert.equal(rows(terminal.screen), ['third', 'brittle', 'steady'])

      terminal.type('s')
      await terminal.until((screen) => rows(screen).join() === 'brittle,steady,third')
      terminal.type('S')
      await terminal.until((screen) => rows(screen).join() === 'third,steady,brittle')
      terminal.type('f', 'f', 'f', 'f')
      await terminal.until((screen) => rows(screen).join() === 'brittle')
      terminal.type(keys.enter)
      await terminal.until(/status +failed\nerror +.* there is no 20\n/)
      terminal.type(keys.escape)
      await terminal.until('by name')
      terminal.type('/', 't', 'e')
      await terminal.until(/filter: te/)
      terminal.type(keys.escape)
      await terminal.until('quit')
      terminal.type(keys.escape)
      await terminal.until((screen) => rows(screen).length === 3)
      terminal.type('/', 's', 't', 'e', keys.enter)
      await terminal.until((screen) => rows(screen).join() === 'steady')

      terminal.type('l')
      await terminal.until(/Log of steady .*following\n(.*\n)*.* tick \d+0\n/)
      terminal.type('g')
      await terminal.until(/Operators of steady(.*\n)*check +map +\S+ +\S+\/s +█/)
      terminal.type('x')
      await terminal.until('Stop “steady”? y/N')
      terminal.type('y')
      await terminal.until(/Operators of steady +stopped/)
      terminal.type(keys.escape)
      await terminal.until('Log of steady')
      terminal.type('r')
      await terminal.until(/running, following/)
      terminal.type(keys.escape)
      await terminal.until(shows('steady', /running .* [1-9]\d*\/s/))

      process.kill(pid, 'SIGKILL')
      const lost = await terminal.until(/reconnecting to 127.0.0.1:\d+: these figures are \d+ s old/)
      assert.match(row(lost, 'steady'), /running .* -( |$)/)
      const { code, err } = await millrace.jobmanager('start', '--port', String(port))
      assert.is(code, 0, err)
      await terminal.until((screen) => screen.text.includes('in total'))
      await terminal.until(shows('steady', /running .* [1-9]\d*\/s .* 1 /))

      terminal.resize(44, 10)
      const narrow = await terminal.until(/^millrace {2}127\.0\.0\.1:\d+ .*\/s\n/)
      assert.match(row(narrow, 'steady'), /^steady +running +\S+$|running/)
      assert.is(narrow.lines.length, 10)
      terminal.type('q')
      await terminal.ended
      const { text, isAlternate } = terminal.screen
      const [, before, after] = /was (\S+)[^]*code 0[^]*is (\S+)/.exec(text.replaceAll('\n', ' ')) ?? []
      assert.not.ok(isAlternate)
      assert.is(after?.slice(0, 40), before?.slice(0, 40), text)
      assert.match(terminal.raw, /\u001b\[\?25h[^]*code/)
    })

    test('leaves the terminal as it was by Ctrl-C and SIGTERM, and shows ASCII where that is all there is', async (context) => {
      const millrace = await started(context)
      const env = { LANG: 'C', NO_COLOR: '1' }
      for (const end of [
        (terminal: PseudoTerminal) => terminal.type(keys.ctrlC),
        (terminal: PseudoTerminal) => terminal.kill('SIGTERM'),
      ]) {
        const terminal = new PseudoTerminal(context, millrace.command(['monitor'], { env }))
        await terminal.until('there are no jobs')
        assert.ok(terminal.screen.isAlternate)
        end(terminal)
        assert.is((await terminal.ended).code, 130)
        assert.not.ok(terminal.screen.isAlternate)
        assert.ok(
          terminal.raw.endsWith('\u001b[0m\u001b[?25h\u001b[?1049l'),
          JSON.stringify(terminal.raw.slice(-80)),
        )
        assert.match(terminal.raw, /^[\u0000-\u007f]*$/)
        assert.not.match(terminal.raw, /\u001b\[[1-9][0-9]?m/)
      }
    })

    test('says where to go without a terminal, and what is wrong without a server', async (context) => {
      const millrace = new Millrace(context)
      const piped = await millrace.call(['monitor'])
      assert.equal([piped.code, piped.out], [2, ''])
      assert.match(piped.err, /needs a terminal[^]*`millrace list`[^]*`millrace watch <job>`/)
      const free = createServer().listen(0, '127.0.0.1')
      await once(free, 'listening')
      const { port } = free.address() as AddressInfo
      free.close()
      const command = millrace.command(['monitor', '--port', String(port)])
      const terminal = new PseudoTerminal(context, command)
      assert.is((await terminal.ended).code, 4)
      assert.match(terminal.screen.text, `there is no job server at 127.0.0.1:${port}`)
      assert.not.match(terminal.raw, '\u001b[?1049h')
    })
  },
  { timeout: 90_000 },
)
