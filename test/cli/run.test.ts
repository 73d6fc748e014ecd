import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../support/suite.ts'
import { Millrace } from './millrace.ts'
import { library, program } from './program-files.ts'
import { keys, PseudoTerminal } from './pseudo-terminal.ts'

/** Of a summary. */
const masked = (text: string): string => text.replace(/after \d+ (ms|s)/g, 'after N ms')

suite(
  'millrace run',
  (test) => {
    test('leaves stdout to the program, and sums up on stderr', async (context) => {
      const millrace = new Millrace(context)
      const { code, out, err } = await millrace.call(['run', program('numbers.ts'), '10'])
      assert.is(out, '{"status":"completed","odd":[1,3,5,7,9]}\n')
      assert.is(
        masked(err),
        `Running ${program('numbers.ts')}\nnumbers: completed after N ms: 10 read, 5 written\n`,
      )
      assert.is(code, 0)
      const quiet = await millrace.call(['run', '--quiet', program('numbers.ts'), '--', '4'])
      assert.equal([quiet.code, quiet.out, quiet.err], [0, '{"status":"completed","odd":[1,3]}\n', ''])
    })

    test('tells why a job has failed, and ends with 1', async (context) => {
      const { code, out, err } = await new Millrace(context).call(['run', program('failing.ts')])
      assert.equal([code, out], [1, ''])
      assert.match(err, "Job 'failing' failed: Operator 'map-1' failed: no twos")
      assert.match(err, /operator: map-1 \(.*programs\/failing\.ts:6\)/)
      assert.match(err, /cause: +Error: no twos\n +at .*failing\.ts:7:/)
      assert.match(masked(err), 'failing: failed after N ms: 2 read, 1 written\n')
    })

    test('ends with 5 where the program has stopped its job', async (context) => {
      const { code, err } = await new Millrace(context).call(['run', program('stopping.ts')])
      assert.is(code, 5)
      assert.match(err, /stopping: stopped after/)
    })

    test('says in a sentence why a program cannot be run', async (context) => {
      const millrace = new Millrace(context)
      const write = (name: string, text: string): string => {
        const path = join(millrace.data, name)
        writeFileSync(path, text)
        return path
      }
      const cases: readonly (readonly [file: string, code: number, err: RegExp])[] = [
        [join(millrace.data, 'not-there.ts'), 2, /^millrace: There is no file '.*not-there\.ts'\./],
        [millrace.data, 2, /^millrace: '.*' is no file\./],
        [write('data.csv', 'a,b'), 2, /is no TypeScript or JavaScript file\./],
        [
          write('wrong.ts', 'const a = 1\nconst b = = 2\n'),
          1,
          /'.*wrong\.ts' cannot be read: Unexpected "="\n {2}at: +.*wrong\.ts:2\n/,
        ],
        [
          write('wrong.mjs', 'const b = = 2\n'),
          1,
          /cannot be read: Unexpected "="\n {2}at: +.*wrong\.mjs:1\n/,
        ],
        [
          write('module.ts', 'await 0\n'),
          1,
          /Top-level await .*\n {2}at: +.*module\.ts:1\n {2}remedy: +Have it read as a module: name it \.mts/,
        ],
        [write('import.mjs', "import './gone.mjs'\n"), 1, /gone\.mjs/],
        [write('nothing.mjs', '0\n'), 1, /^millrace: '.*nothing\.mjs' ended without calling submit\./m],
        [
          write('never.mjs', '\nawait new Promise(() => {})\n'),
          1,
          /waits for what never comes, before it has called submit\.\n {2}at: +.*never\.mjs:2\n/,
        ],
        [write('throws.mjs', 'throw new Error("no luck")\n'), 1, /Error: no luck\n +at .*throws\.mjs:1:7/],
        [write('exits.mjs', 'process.exit(7)\n'), 7, /'.*exits\.mjs' ended with exit code 7\./],
      ]
      for (const [file, code, expected] of cases) {
        const said = await millrace.call(['run', file])
        assert.match(said.err, expected, file)
        assert.is(said.code, code, file)
      }
    })

    test('stops the job when the command alone is interrupted', async (context) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        const child = new Millrace(context).spawn(['run', program('ticking.ts')])
        let out = ''
        await new Promise<void>((resolve) => {
          child.stdout!.on('data', (text: Buffer) => {
            const ticked = out.includes('ticking')
            out += text.toString()
            if (!ticked && out.includes('ticking')) child.kill(signal)
          })
          child.once('close', (code) => {
            assert.is(code, 130)
            resolve()
          })
        })
        assert.is(out, 'ticking\ncleaned up\nit ended as stopped\n')
      }
    })

    test('shows how jobs get on below what the program writes, and stops them with Ctrl-C', async (context) => {
      const millrace = new Millrace(context)
      const command = millrace.command(['run', program('ticking.ts')])
      const terminal = new PseudoTerminal(context, command, { columns: 80, rows: 24 })
      const { lines } = await terminal.until(/double +\d+ +\d+ +\d[\d.]*\/s/)
      const at = lines.findIndex((line) => line.startsWith('ticking  running'))
      assert.is(lines[at - 1], 'ticking')
      assert.match(lines[at]!, /^ticking {2}running {2}\d+ s {2}[\d,]+ read {2}[\d,]+ written/)
      assert.match(lines[at + 1]!, /^OPERATOR +IN +OUT +RATE/)
      assert.equal(
        lines.slice(at + 2, at + 5).map((line) => line.split(' ')[0]),
        ['source-1', 'double', 'sink-1'],
      )
      terminal.type(keys.ctrlC)
      const { code } = await terminal.ended
      assert.is(code, 130)
      const left = terminal.lines().filter((line) => line !== '')
      assert.ok(left.includes('cleaned up') && left.includes('it ended as stopped'), left.join('\n'))
      assert.match(left.at(-1)!, /^ticking: stopped after/)
      assert.not.ok(left.some((line) => line.startsWith('OPERATOR')))
    })

    test('aborts with the second Ctrl-C', async (context) => {
      const millrace = new Millrace(context)
      const command = millrace.command(['run', program('unwilling.ts')])
      const terminal = new PseudoTerminal(context, command)
      await terminal.until('waiting')
      terminal.type(keys.ctrlC)
      await terminal.until('stopping')
      terminal.type(keys.ctrlC)
      assert.is((await terminal.ended).code, 130)
      assert.match(terminal.screen.text, 'it ended as stopped')
    })

    test('runs again when a file has changed, until Ctrl-C', async (context) => {
      const millrace = new Millrace(context)
      const [main, part] = ['main.mts', 'part.mts'].map((name) => join(millrace.data, name)) as [
        string,
        string,
      ]
      writeFileSync(part, "export const word = 'one'\n")
      writeFileSync(
        main,
        `import { LocalEnvironment } from '${library}'
import { word } from './part.mts'
const env = new LocalEnvironment('watched')
env.fromInterval(5).sink((n) => n === 0 && console.log(word))
const { status } = await env.submit({ autostop: true })
console.log(word, status)
`,
      )
      const command = millrace.command(['run', '--watch', main])
      const terminal = new PseudoTerminal(context, command)
      await terminal.until(/^one$/m)
      writeFileSync(part, "export const word = 'two'\n")
      await terminal.until(/^two$/m)
      assert.match(terminal.screen.text, /part\.mts changed: stopping/)
      assert.match(terminal.screen.text, 'one stopped')
      writeFileSync(part, 'export const word = = 3\n')
      await terminal.until(/cannot be read: Unexpected "="/)
      await terminal.until(/Waiting for changes/)
      writeFileSync(part, "export const word = 'three'\n")
      await terminal.until(/^three$/m)
      terminal.type(keys.ctrlC)
      assert.is((await terminal.ended).code, 130)
      assert.match(terminal.screen.text, 'three stopped')
    })
  },
  { timeout: 120_000 },
)
