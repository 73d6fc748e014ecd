import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { Millrace } from '../../cli/millrace.ts'
import type { TestContext } from '../../support/suite.ts'
import { Api } from './api.ts'
import { recordProgram, type RecordedProgram } from './recorded-program.ts'

/** A server, and a job on it that goes on and on. */
export interface Setting {
  readonly millrace: Millrace
  readonly api: Api
  readonly ticking: string
  readonly quick: RecordedProgram
}

/** @param parent of the data folder */
export const setUp = async (context: TestContext, parent: string = tmpdir()): Promise<Setting> => {
  const millrace = new Millrace(context, parent)
  const [ticking, quick] = await Promise.all([
    recordProgram(context, 'ticking'),
    recordProgram(context, 'quick'),
  ])
  const { code, err } = await millrace.jobmanager('start', '--port', '0', '--max-running', '3')
  assert.is(code, 0, err)
  const api = new Api(millrace.server!.port)
  await api.upload(ticking)
  await api.upload(quick)
  const id = await api.submit(ticking)
  await api.until(id, ({ progress }) => (progress?.read ?? 0) > 0, context.signal)
  return { millrace, api, ticking: id, quick }
}

/** When the pressure has ended everything is as before. */
export const isWell = async (
  { millrace, api, ticking, quick }: Setting,
  signal: AbortSignal,
): Promise<void> => {
  const job = await api.submit(quick)
  await api.until(job, ({ status }) => status === 'completed', signal)
  await api.goesOn(ticking, signal)
  assert.is((await api.job(ticking)).restarts, 0)
  const saved = async (): Promise<number> => {
    const { body } = await api.ask<{ items: { id: number }[] }>(`/api/v1/jobs/${ticking}/checkpoints`)
    return body.items[0]?.id ?? 0
  }
  const before = await saved()
  while ((await saved()) <= before) await delay(50, undefined, { signal })
  const stopped = await millrace.jobmanager('stop')
  assert.is(stopped.code, 0, stopped.err)
}

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** A connection on which nothing is asked. */
export const opened = async (port: number): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}
