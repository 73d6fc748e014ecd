import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { type TestContext, suite } from '../support/suite.ts'
import { type Ended, Script } from './script.ts'

const run = (mode: string, { signal }: Pick<TestContext, 'signal'>, ...args: string[]): Promise<Ended> =>
  new Script('remote-services', { signal, args: [mode, ...args] }).ended()

const fine = { name: 'sums', stopped: true, cleaned: true, killed: false }

/** What became of the service, and of the job. */
const told = ({ lines }: Ended): { end: string; service: object } => {
  const end = lines.find((line) => line.startsWith('completed') || line.startsWith('failed')) ?? ''
  const json = lines.find((line) => line.includes('{"name":"sums"')) ?? ''
  return { end, service: JSON.parse(json.slice(json.indexOf('{"name":"sums"'))) as object }
}

suite(
  'a program with a remote service',
  (test) => {
    test('runs, and ends with all of its processes; what it writes it writes once', async (context) => {
      const ended = await run('runs', context)
      assert.equal([ended.code, ended.errors], [0, ''])
      assert.equal(ended.lines, [
        'begins',
        'cleaned up',
        'cleaned up',
        `completed 89700 ${JSON.stringify(fine)}`,
        'left: ',
      ])
    })

    test('comes to the right end though processes of the service are killed', async (context) => {
      const ended = await run('killed', context)
      const { end, service } = told(ended)
      assert.match(end, /^completed 89700 /)
      assert.equal(service, fine)
      assert.is(ended.lines.at(-1), 'left: ')
    })

    test('ends though the cleanup of the service hangs, which is killed', async (context) => {
      const ended = await run('hangs', context)
      const { end, service } = told(ended)
      assert.match(end, /^completed 89700 /)
      const error = [0, 1].map((n) => `instance ${n}: cleanup: it took longer than 100 ms`).join('; ')
      assert.equal(service, { ...fine, cleaned: false, killed: true, error })
      assert.is(ended.lines.at(-1), 'left: ')
    })

    test('tells why its service did not come up, or was lost', async (context) => {
      const folder = await mkdtemp(join(tmpdir(), 'millrace-'))
      context.cleanup(() => rm(folder, { recursive: true }))
      const expected: Record<string, RegExp> = {
        broken: /"sums" failed to start, in its start: no sums today/,
        fails: /Operator 'twice' failed/,
        dies: /"sums" crashed 2 times within a minute, at last its process was killed by SIGKILL/,
        differs: /loaded once more for a part of job 'job \d+', and recorded another pipeline/,
        'ends-early': /its process exited with code 7 before it came to its submit/,
        locked: /exited with code 1 before it came to its submit; the last it wrote on stderr:/,
      }
      for (const [mode, message] of Object.entries(expected)) {
        const ended = await run(mode, context, join(folder, 'lock'))
        assert.match(told(ended).end, message)
        assert.is(ended.lines.at(-1), 'left: ', mode)
        assert.is(ended.code, 0)
      }
    })

    test('stops in order when all of its processes are interrupted, and aborts the second time', async (context) => {
      for (const times of [1, 2]) {
        const script = new Script('remote-services', { ...context, args: ['endless'] })
        const pids = await running(script)
        for (let i = 0; i < times; i++) for (const pid of [...pids, script.pid]) process.kill(pid, 'SIGINT')
        const { lines, errors } = await script.ended()
        const last = lines.slice(-4)
        assert.equal(last.slice(0, 2), ['cleaned up', 'cleaned up'], errors)
        if (times === 1) assert.match(last[2] as string, /^stopped /)
        assert.ok((last[2] as string).endsWith(JSON.stringify(fine)), last[2])
        assert.is(last[3], 'left: ')
        assert.equal(pids.filter(isAlive), [])
      }
    })

    test('takes its processes along when it is killed', async (context) => {
      const script = new Script('remote-services', { ...context, args: ['endless'] })
      const pids = await running(script)
      script.kill()
      await script.ended()
      while (pids.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 10))
    })
  },
  { timeout: 150_000 },
)

/** Processes of the service, once records have come through it. */
async function running(script: Script): Promise<number[]> {
  const line = await script.printedWith(/^runs /)
  const pids = line.split(' ').slice(1).map(Number)
  assert.is(pids.length, 2)
  return pids
}

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`)
