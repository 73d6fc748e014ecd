import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { stateFolder } from '../settings/config-file.ts'

/** A job as a listing has shown it. Its number is its place there, from 1. */
export interface ListedJob {
  readonly id: string
  readonly name: string
}

type Environment = Readonly<Record<string, string | undefined>>

const pathFor = (url: string, env: Environment): string =>
  join(stateFolder(env), 'listings', `${createHash('sha256').update(url).digest('hex').slice(0, 16)}.json`)

/** Numbers mean what this user saw last of this server. Where that cannot be written down there are no numbers. */
export function rememberListing(
  url: string,
  jobs: readonly ListedJob[],
  env: Environment = process.env,
): void {
  const path = pathFor(url, env)
  try {
    mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 })
    const next = `${path}.${process.pid}`
    writeFileSync(next, JSON.stringify(jobs.map(({ id, name }) => ({ id, name }))), { mode: 0o600 })
    renameSync(next, path)
  } catch {
    // A home that cannot be written to is no reason to show nothing.
  }
}

/** Empty where there was none, or where it cannot be understood. */
export function lastListing(url: string, env: Environment = process.env): readonly ListedJob[] {
  try {
    const jobs: unknown = JSON.parse(readFileSync(pathFor(url, env), 'utf8'))
    return Array.isArray(jobs) ? (jobs as ListedJob[]) : []
  } catch {
    return []
  }
}
