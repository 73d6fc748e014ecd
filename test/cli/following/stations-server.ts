import * as assert from 'uvu/assert'
import { JobManagerClient } from '../../../src/client/index.ts'
import type { TestContext } from '../../support/suite.ts'
import { Gates } from '../../jobs/end-to-end/support/gates.ts'
import { prepare } from '../../jobs/end-to-end/support/prepared.ts'
import { Millrace } from '../millrace.ts'
import { stations, type StationsSettings } from './pipelines/stations.ts'

/** A job server, and jobs on it that go on when the test lets them. */
export interface StationsServer {
  readonly millrace: Millrace
  readonly client: JobManagerClient
  readonly gates: Gates
  /** Id of a job that has stations. */
  submit(name: string, settings?: Partial<StationsSettings>): Promise<string>
}

export async function stationsServer(context: TestContext): Promise<StationsServer> {
  const millrace = new Millrace(context)
  const gates = await Gates.open(context)
  const { code, err } = await millrace.jobmanager('start', '--port', '0')
  assert.is(code, 0, err)
  const client = new JobManagerClient({ port: millrace.server!.port })
  context.cleanup(() => client.close())
  const program = new URL('programs/stations.ts', import.meta.url)
  const usual = { records: 4, gates: gates.url, at: [] }
  const prepared = await prepare(program, stations(usual))
  await prepared.upload(client, context.signal)
  return {
    millrace,
    client,
    gates,
    async submit(name, settings) {
      const { id } = await client.jobs.submit({ ...prepared.submission({ ...usual, ...settings }), name })
      return id
    },
  }
}
