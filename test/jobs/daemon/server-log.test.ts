import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { openServerLog, type ServerLogOptions } from '../../../src/jobs/daemon/server-log.ts'
import type { Logger } from '../../../src/functions/logger.ts'
import { suite } from '../../support/suite.ts'

const at = Date.UTC(2025, 0, 31, 12)

const logged = (
  work: (logger: Logger) => void,
  options: Partial<ServerLogOptions> = {},
): { readonly lines: readonly Record<string, unknown>[]; readonly shown: string } => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-log-'))
  try {
    const path = join(folder, 'logs', 'server.log')
    let shown = ''
    const log = openServerLog({
      path,
      clock: { now: () => at },
      terminal: { write: (text) => (shown += text) },
      ...options,
    })
    work(log.logger)
    log.close()
    const lines = readFileSync(path, 'utf8').trim().split('\n')
    return { lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>), shown }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const time = new Date(at).toTimeString().slice(0, 8)

suite('openServerLog', (test) => {
  test('writes JSON lines, and lines for people', () => {
    const { lines, shown } = logged((logger) => {
      logger.info('job started', { job: 'a1', name: 'two words' })
      logger.child({ job: 'a2' }).warn('no heartbeat')
      logger.debug('not asked for')
    })
    const base = { time: new Date(at).toISOString(), pid: process.pid }
    assert.equal(lines, [
      { level: 30, ...base, job: 'a1', name: 'two words', msg: 'job started' },
      { level: 40, ...base, job: 'a2', msg: 'no heartbeat' },
    ])
    assert.is(shown, `${time} job started job=a1 name="two words"\n${time} warn no heartbeat job=a2\n`)
  })

  test('shows errors with their stack', () => {
    const error = new Error('disk full')
    error.stack = 'Error: disk full\n    at write'
    const { lines, shown } = logged((logger) => logger.error('cannot save', { error }))
    assert.equal((lines[0]!['err'] as { message: string }).message, 'disk full')
    assert.is(shown, `${time} error cannot save\n  Error: disk full\n      at write\n`)
  })

  test('has no secrets', () => {
    const { lines, shown } = logged((logger) =>
      logger.info('request', {
        token: 'xyzzy',
        submission: { secrets: { KEY: 'xyzzy' } },
        headers: { authorization: 'xyzzy' },
      }),
    )
    assert.not.match(JSON.stringify(lines), 'xyzzy')
    assert.not.match(shown, 'xyzzy')
  })

  test('gives a terminal no orders', () => {
    const { lines, shown } = logged((logger) => logger.info('\u001b[2Jgone \u009b31m', { name: '\u001b[2J' }))
    assert.is(lines[0]!['msg'], '\u001b[2Jgone \u009b31m')
    assert.not.match(shown, /[\u001b\u009b]/)
  })
})
