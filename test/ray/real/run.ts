// Runs test/ray/real/*.test.ts against a real Ray of one machine, which is installed into .cache/ray if it is not there.
//
//   npm run test:ray                 all of them
//   npm run test:ray -- --record     and writes down what Ray answers, for the tests without one

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const venv = join(root, '.cache/ray')
const bin = join(venv, 'bin')
/** Ports that Ray's own workers take. */
const WORKER_PORTS = 200

/** @throws where there is no Python, or no package index. */
const install = (): void => {
  if (existsSync(join(bin, 'serve'))) return
  console.log('installing Ray into .cache/ray')
  rmSync(venv, { recursive: true, force: true })
  execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' })
  execFileSync(join(bin, 'pip'), ['install', '--quiet', 'ray[default,serve]'], { stdio: 'inherit' })
}

/** So many in a row, none of which is in use. */
const freePorts = async (count: number): Promise<readonly number[]> => {
  for (let first = 20_000; first < 32_000; first += 1_000) {
    const ports = Array.from({ length: count }, (_, i) => first + i)
    const taken = await Promise.all(ports.map(isTaken))
    if (!taken.includes(true)) return ports
  }
  throw new Error('there are no free ports')
}

const isTaken = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(true))
    server.listen(port, '0.0.0.0', () =>
      server.close(() => resolve((server.address() as AddressInfo) === undefined)),
    )
  })

/** Every process that was told of this folder is one of ours. */
const killAll = (folder: string): void => {
  for (const name of readdirSync('/proc')) {
    try {
      if (!/^\d+$/.test(name) || Number(name) === process.pid) continue
      if (readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(folder))
        process.kill(Number(name), 'SIGKILL')
    } catch {
      // It has ended meanwhile.
    }
  }
}

const until = async (what: string, ready: () => Promise<boolean>, child: ChildProcess): Promise<void> => {
  for (let i = 0; i < 240; i++) {
    if (child.exitCode !== null) throw new Error(`${what} has ended with ${child.exitCode}`)
    if (await ready().catch(() => false)) return
    await delay(500)
  }
  throw new Error(`${what} did not come up in two minutes`)
}

const answers = (url: string) => async (): Promise<boolean> => (await fetch(url)).ok

install()
// Paths of its sockets must be short.
const folder = mkdtempSync(join(tmpdir(), 'mr-ray-'))
const [gcs, dashboard, agent, client, http, firstWorker = 0] = await freePorts(5 + WORKER_PORTS)
const env = { ...process.env, PATH: `${bin}:${process.env['PATH']}`, RAY_USAGE_STATS_ENABLED: '0' }
let head: ChildProcess | undefined
const end = async (): Promise<void> => {
  head?.kill('SIGTERM')
  for (let i = 0; i < 20 && head?.exitCode === null; i++) await delay(500)
  killAll(folder)
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
}
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void end().then(() => process.exit(1)))
try {
  const options = {
    port: gcs,
    'num-cpus': 2,
    'object-store-memory': 100_000_000,
    'include-dashboard': true,
    'dashboard-host': '127.0.0.1',
    'dashboard-port': dashboard,
    'dashboard-agent-listen-port': agent,
    'ray-client-server-port': client,
    'min-worker-port': firstWorker,
    'max-worker-port': firstWorker + WORKER_PORTS - 1,
    'temp-dir': folder,
  }
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`)
  head = spawn(join(bin, 'ray'), ['start', '--head', '--block', ...args], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await until('Ray', answers(`http://127.0.0.1:${dashboard}/api/version`), head)
  console.log(`Ray is there, at http://127.0.0.1:${dashboard}`)
  const app = fileURLToPath(new URL('deployment.py', import.meta.url))
  const deploying = spawn(join(bin, 'python'), [app, `127.0.0.1:${gcs}`, String(http), folder], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await until('the deployment', answers(`http://127.0.0.1:${http}/-/healthz`), head)
  await until('the deployment', async () => deploying.exitCode === 0, head)
  const record = process.argv.includes('--record') ? { RAY_RECORD: '1' } : {}
  const tests = spawn(
    process.execPath,
    ['--import', 'tsx', 'test/support/run.ts', 'test/ray/real/', '--jobs=1', '--file-timeout=600000'],
    {
      cwd: root,
      stdio: 'inherit',
      env: {
        ...process.env,
        ...record,
        RAY_DASHBOARD: `http://127.0.0.1:${dashboard}`,
        RAY_SERVE: `http://127.0.0.1:${http}`,
      },
    },
  )
  process.exitCode = await new Promise<number>((resolve) => tests.once('exit', (code) => resolve(code ?? 1)))
} finally {
  await end()
}
