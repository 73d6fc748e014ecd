import * as assert from 'uvu/assert'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { text } from 'node:stream/consumers'
import { typescript } from '../support/node-arguments.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { serverFor } from './on-server.ts'

interface Program {
  readonly pid: number
  readonly out: Promise<string>
  readonly signal: (name: NodeJS.Signals) => void
  readonly saw: (pattern: RegExp) => Promise<void>
}

/** Runs a program of this folder as its user would. */
const start = ({ signal }: TestContext, name: string, env: Record<string, string>): Program => {
  const file = fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url))
  const child = spawn(process.execPath, [...typescript(), file], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    signal,
    killSignal: 'SIGKILL',
  })
  let seen = ''
  const saw = async (pattern: RegExp): Promise<void> => {
    while (!pattern.test(seen)) await once(child.stdout, 'data', { signal })
  }
  child.stdout.on('data', (chunk: Buffer) => (seen += chunk.toString()))
  child.on('error', () => {})
  return { pid: child.pid!, out: text(child.stdout), signal: (name) => void child.kill(name), saw }
}

suite(
  'programs that submit jobs',
  (test) => {
    test('have what earlier jobs of theirs came to when they run as a later one', async (context) => {
      const { port, manager } = await serverFor(context)
      const { out } = start(context, 'two-jobs', { PORT: String(port) })
      const said = JSON.parse(await out) as unknown
      assert.equal(said, {
        status: 'completed',
        message: 'JobFailedError',
        numbers: [1, 0, 1],
        inside: false,
      })
      const { items } = manager.list({ limit: 10 })
      assert.equal(
        items.map(({ name, status }) => `${name} ${status}`),
        ['second completed', 'failed failed', 'between stopped', 'first completed'],
      )
    })

    test('stop the job with Ctrl-C', async (context) => {
      const { port, manager } = await serverFor(context)
      const program = start(context, 'waiting', { PORT: String(port) })
      await program.saw(/log: ticking/)
      program.signal('SIGINT')
      assert.match(await program.out, 'it ended as stopped')
      assert.equal(
        manager.list({ limit: 10 }).items.map(({ status }) => status),
        ['stopped'],
      )
    })

    test('run in process and on a server by one variable', async (context) => {
      const { port, manager } = await serverFor(context)
      const here = start(context, '../../../examples/anywhere', {})
      const there = start(context, '../../../examples/anywhere', {
        MILLRACE_HOST: '127.0.0.1',
        MILLRACE_PORT: String(port),
      })
      assert.is(await here.out, "completed [ 'brwon' ]\n")
      assert.is(await there.out, "completed [ 'brwon' ]\n")
      assert.equal(
        manager.list({ limit: 10 }).items.map(({ name }) => name),
        ['spelling'],
      )
    })

    test('leave the job alone when they are killed, or were told to detach', async (context) => {
      const { port, manager } = await serverFor(context)
      for (const [detach, signal] of [
        ['0', 'SIGKILL'],
        ['1', 'SIGINT'],
      ] as const) {
        const program = start(context, 'waiting', { PORT: String(port), DETACH: detach })
        await program.saw(/log: ticking/)
        program.signal(signal)
        assert.not.match(await program.out, 'it ended')
      }
      assert.equal(
        manager.list({ limit: 10 }).items.map(({ status }) => status),
        ['running', 'running'],
      )
    })
  },
  { timeout: 120_000 },
)
