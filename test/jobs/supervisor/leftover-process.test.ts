import { equal, ok } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { endLeftover, isStillThere, memoryOf } from '../../../src/jobs/supervisor/leftover-process.ts'
import { identityOf } from '../../../src/storage/file/process-identity.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { isGone } from './support/managed.ts'

/** A process that does nothing, in a group of its own, after it has run this. */
const idle = ({ cleanup }: TestContext, token: string, code = ''): ChildProcess => {
  const child = spawn(process.execPath, ['-e', `${code}; setInterval(() => {}, 1e9)`, token], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], MILLRACE_JOB_PROCESS: token },
  })
  const exit = once(child, 'exit')
  cleanup(async () => {
    child.kill('SIGKILL')
    await exit
  })
  return child
}

const gone = async (pid: number): Promise<void> => {
  while (!isGone(pid)) await new Promise((resolve) => setTimeout(resolve, 5))
}

suite('processes that a server has left', (test) => {
  test('one is known by when it was started, or else by its token', async (context) => {
    const child = idle(context, 'token-1')
    await once(child, 'spawn')
    const pid = child.pid!
    const started = { ...identityOf(pid), token: 'token-1' }
    ok(isStillThere(started))
    ok(isStillThere({ pid, token: 'token-1' }))
    ok(!isStillThere({ pid, token: 'token-2' }))
    ok(!isStillThere({ pid, token: 'token-1', started: 'another boot:1' }))
    ok(!isStillThere({ pid: 2 ** 22 - 3, token: 'token-1' }))
    ok((memoryOf(pid) ?? 1) > 0)
    equal(memoryOf(2 ** 22 - 3), undefined)
    endLeftover({ pid, token: 'token-2', started: 'another boot:1' })
    ok(isStillThere(started))
    endLeftover(started)
    await gone(pid)
    ok(!isStillThere(started))
  })

  test('where it is gone, its group is ended if that carries its token', async (context) => {
    const code = `console.log(require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)']).pid)`
    const leaders = [idle(context, 'token-3', code), idle(context, 'token-4', code)]
    const [kept, ended] = await Promise.all(
      leaders.map(async (leader) => {
        const [bytes] = (await once(leader.stdout!, 'data')) as [Buffer]
        const started = { ...identityOf(leader.pid!), token: 'token-4' }
        const exit = once(leader, 'exit')
        leader.kill('SIGKILL')
        await exit
        endLeftover(started)
        return Number(bytes.toString())
      }),
    )
    await gone(ended!)
    ok(!isGone(kept!))
    process.kill(kept!, 'SIGKILL')
    await gone(kept!)
  })
})
