import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/** Ignored by git. */
const cache = fileURLToPath(new URL('../../../.cache/', import.meta.url))
const cached = join(cache, 'nats-server')
const module = 'github.com/nats-io/nats-server/v2@v2.14'

/** A nats-server that is here and new enough: $NATS_SERVER, one on the path, one that was fetched before. */
export function findServer(): string | null {
  const named = process.env['NATS_SERVER']
  if (named !== undefined && named !== '') {
    if (isNewEnough(named)) return named
    throw new Error(`$NATS_SERVER is ${named}, which is no nats-server of version 2.12 or newer`)
  }
  return ['nats-server', cached].find(isNewEnough) ?? null
}

/** One that is here, else one that is fetched, which takes a minute or two and needs Go and a network. */
export function provideServer(): string | null {
  const found = findServer()
  if (found !== null) return found
  if (spawnSync('go', ['version'], { stdio: 'ignore' }).status !== 0) return null
  console.log(`fetching nats-server for the tests: go install ${module}`)
  const folder = join(cache, `go-${process.pid}`)
  mkdirSync(folder, { recursive: true })
  try {
    execFileSync('go', ['install', module], {
      env: { ...process.env, GOBIN: folder, GOFLAGS: '-modcacherw' },
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 300_000,
    })
    // Another run may do the same: there is never half a server.
    renameSync(join(folder, 'nats-server'), cached)
  } catch (error) {
    console.log(`nats-server cannot be fetched: ${(error as Error).message.trim()}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return findServer()
}

function isNewEnough(command: string): boolean {
  if (command.includes('/') && !existsSync(command)) return false
  const { stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' })
  const [, major, minor] = /v(\d+)\.(\d+)\./.exec(stdout ?? '') ?? []
  return Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 12)
}
