import { tmpdir } from 'node:os'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { suite } from '../support/suite.ts'
import type { Command } from './millrace.ts'
import { keys, PseudoTerminal } from './pseudo-terminal.ts'

const running = (code: string): Command => ({
  file: process.execPath,
  args: ['-e', code],
  cwd: tmpdir(),
  env: process.env as Record<string, string>,
})

suite('PseudoTerminal', (test) => {
  test('shows the screen, takes keys and sizes, and tells the exit code', async (context) => {
    const terminal = new PseudoTerminal(
      context,
      running(`
        const { stdin, stdout } = process
        const size = () => stdout.write(stdout.columns + ' x ' + stdout.rows + '\\n')
        stdin.setRawMode(true)
        stdout.on('resize', size)
        stdout.write('\\x1b[31mwritten\\x1b[0m over\\x1b[4D    \\n')
        size()
        stdin.on('data', (key) => {
          if (key == 'q') process.exit(3)
          stdout.write('key ' + JSON.stringify(String(key)) + '\\n')
        })`),
      { columns: 30, rows: 10 },
    )
    const { lines, isAlternate } = await terminal.until('30 x 10')
    assert.equal([lines[0], lines[1], isAlternate], ['written', '30 x 10', false])
    terminal.resize(44, 12)
    await terminal.until('44 x 12')
    terminal.type(keys.up)
    await terminal.until('key "\\u001b[A"')
    terminal.type('q')
    assert.equal(await terminal.ended, { code: 3, signal: 0 })
    assert.match(terminal.raw, '\u001b[31m')
  })

  test('says what was on the screen instead of what it was waited for', async (context) => {
    const terminal = new PseudoTerminal(context, running('console.log("something")'))
    const error = await terminal.until(/nothing/).catch((reason: Error) => reason)
    assert.instance(error, Error)
    assert.match(
      (error as Error).message,
      'the process has ended, and not /nothing/ is on the screen, but:\nsomething',
    )
  })

  test('leaves no process behind', async (context) => {
    const terminal = new PseudoTerminal(context, running('console.log("up"); setInterval(() => {}, 1000)'))
    await terminal.until('up')
  })
})
