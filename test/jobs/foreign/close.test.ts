import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { startJobManager } from '../../../src/jobs/index.ts'
import { suite } from '../../support/suite.ts'
import { turn } from '../../support/turns.ts'

/** Of each kind as many as there are, without what comes and goes by itself. */
const resources = (): string =>
  process
    .getActiveResourcesInfo()
    .filter((kind) => kind !== 'Immediate')
    .sort()
    .join()

suite('a server that closes', (test) => {
  test('lets go of every timer and request for jobs elsewhere', { timeout: 30_000 }, async (context) => {
    // It lists its jobs, and then answers nothing any more.
    let arrived = (): void => {}
    const silent: ServerResponse[] = []
    const api = createServer((request, response) => {
      if (request.url === '/jobs') {
        response.end(JSON.stringify([{ id: 'a', status: 'running' }]))
        return
      }
      silent.push(response)
      arrived()
    }).listen(0, '127.0.0.1')
    await once(api, 'listening')
    const data = mkdtempSync(join(tmpdir(), 'millrace-foreign-'))
    context.cleanup(async () => {
      rmSync(data, { recursive: true, force: true })
      const closed = once(api, 'close')
      api.close()
      api.closeAllConnections()
      await closed
    })
    const url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`
    const lab = {
      name: 'lab',
      type: 'http',
      url,
      list: { path: '/jobs' },
      get: { path: '/jobs/{id}' },
      logs: { path: '/jobs/{id}/logs' },
      fields: { id: 'id', status: 'status' },
    } as const
    const before = resources()
    const server = await startJobManager({
      ...{ data, port: 0, providers: [lab] },
      background: { jobStatusPolling: { interval: 100 } },
    })
    await server.foreign.sync({ by: 'the test' })
    const [job] = server.manager.list({ limit: 1 }).items
    const stop = server.foreign.followLogs(job!.id)
    const left = [
      server.foreign.refreshActive({ deadline: 60_000 }),
      server.foreign.refresh(job!.id).catch((error: { code?: string }) => error.code),
      server.foreign.cancel(job!.id, 'cancelled by the test').catch((error: { code?: string }) => error.code),
    ]
    while (silent.length < 3) await new Promise<void>((resolve) => (arrived = resolve))
    await server.close()
    const [report, refreshed] = await Promise.all(left)
    assert.is((report as { notRefreshedTotal: number }).notRefreshedTotal, 1)
    assert.ok(['ERR_SERVER_BUSY', 'ERR_PROVIDER_CLOSED'].includes(refreshed as string))
    stop()
    const timers = (all: string): number => all.split('Timeout').length
    assert.is(timers(resources()), timers(before))
    // What is kept alive for the next request is the runtime's own; sockets take their time to close.
    api.closeAllConnections()
    while (resources() !== before) await turn()
  })
})
