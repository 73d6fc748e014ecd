import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { SqliteJobStore } from '../../src/jobs/store/sqlite-job-store.ts'
import type { Submission } from '../../src/protocol/submission.ts'

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))

/** A job server in a process of its own, which keeps so many jobs that are over. */
export class BenchServer {
  readonly url: string
  readonly #child: ChildProcess
  readonly #data: string

  private constructor(url: string, child: ChildProcess, data: string) {
    this.url = url
    this.#child = child
    this.#data = data
  }

  static async start(kept: number, submission: Submission): Promise<BenchServer> {
    const data = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
    fill(join(data, 'jobs.db'), kept, submission)
    const child = spawn(process.execPath, [main, 'jobmanager', 'run', '--data', data, '--port', '0'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    const url = await new Promise<string>((resolve, reject) => {
      const hear = (text: Buffer): void => {
        said += text.toString()
        const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? []
        if (found !== undefined) resolve(found)
      }
      child.stdout.on('data', hear)
      child.stderr.on('data', hear)
      child.once('close', () => {
        reject(new Error(`the server has ended: ${said}`))
      })
    })
    return new BenchServer(url, child, data)
  }

  async stop(): Promise<void> {
    const closed = once(this.#child, 'close')
    this.#child.kill('SIGTERM')
    await closed
    rmSync(this.#data, { recursive: true, force: true })
  }
}

const fill = (file: string, kept: number, submission: Submission): void => {
  const store = new SqliteJobStore({ file })
  for (let i = 0; i < kept; i++) {
    const id = randomUUID()
    const at = Date.now()
    store.create(submission, { id, at, by: 'the benchmark' })
    store.transition(id, 'running', { at, cause: 'It was started.' })
    store.transition(id, 'completed', { at, cause: 'The job came to its end.' })
  }
  store.close()
}
