import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import * as assert from 'uvu/assert'
import { suite } from '../support/suite.ts'
import { Millrace } from './millrace.ts'

const commands = [['--help'], ['--version'], ['config', 'list'], ['config', 'list', '--output', 'json']]

suite('millrace, where its output breaks', (test) => {
  for (const args of commands) {
    test(`is silent when its reader has gone: ${args.join(' ')}`, async (context) => {
      const child = new Millrace(context).spawn(args)
      child.stdout!.destroy()
      const [err, [code]] = await Promise.all([text(child.stderr!), once(child, 'close')])
      assert.equal([code, err], [141, ''])
    })
  }

  test('goes on when nobody reads its errors', async (context) => {
    const child = new Millrace(context).spawn(['health', '--port', '1'])
    child.stderr!.destroy()
    const [code] = (await once(child, 'close')) as [number]
    assert.is(code, 4)
  })

  for (const args of commands) {
    const name = `says in one sentence that the disk is full: ${args.join(' ')}`
    if (!existsSync('/dev/full')) {
      test.skip(name)
      continue
    }
    test(name, (context) => {
      const { file, args: all, cwd, env } = new Millrace(context).command(args)
      const full = openSync('/dev/full', 'w')
      context.cleanup(() => closeSync(full))
      const { status, stderr } = spawnSync(file, all, {
        cwd,
        env,
        stdio: ['ignore', full, 'pipe'],
        encoding: 'utf8',
      })
      assert.is(status, 1)
      assert.match(stderr, /^millrace: The output could not be written: ENOSPC.*\n {2}remedy: .*\n$/)
    })
  }

  test('does without a standard input', async (context) => {
    const { file, args, cwd, env } = new Millrace(context).command(['--version'])
    const { status, stdout } = spawnSync('sh', ['-c', '"$0" "$@" <&-', file, ...args], {
      cwd,
      env,
      encoding: 'utf8',
    })
    assert.equal([status, stdout.trim() === ''], [0, false])
  })
})
