import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { JobManagerClient } from '../../../src/client/index.ts'
import { Child } from '../../storage/support/child.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { isSigned, Receiver } from '../webhooks/outgoing/support/receiver.ts'
import { squares } from './pipelines/squares.ts'
import { Gates } from './support/gates.ts'
import { prepare } from './support/prepared.ts'
import { assertNothingLeft, temporary } from './support/scene.ts'

const fixtures = new URL('../webhooks/outgoing/fixtures/', import.meta.url)

/** A server process that sends webhooks, at that port. */
async function start(
  context: TestContext,
  data: string,
  port: string,
): Promise<{ server: Child; port: string }> {
  const server = new Child('webhook-server', [data, port], context, fixtures)
  return { server, port: (await server.line())! }
}

async function subscribe(
  port: string,
  url: string,
): Promise<{ readonly id: string; readonly secret: string }> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/webhook-subscriptions`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ url, filter: { name: 'squares', providers: ['local'] } }),
  })
  assert.is(answer.status, 201)
  return (await answer.json()) as { id: string; secret: string }
}

suite('webhooks of a job whose server is killed', (test) => {
  test('tell of every change of its status', { timeout: 120_000 }, async (context) => {
    const data = join(temporary(context), 'data')
    context.cleanup(() => assertNothingLeft(data))
    const gates = await Gates.open(context)
    const receiver = await Receiver.start(context)
    const first = await start(context, data, '0')
    const { secret } = await subscribe(first.port, receiver.url)
    const client = new JobManagerClient({ port: Number(first.port) })
    context.cleanup(() => client.close())
    const settings = { records: 10, offset: 0, gates: gates.url, waitsAt: 5 }
    const program = await prepare('squares', squares({ records: 0, offset: 0 }).env)
    await program.upload(client, context.signal)
    gates.shut('square')
    const { id } = await client.jobs.submit(program.submission(settings))
    await gates.arrived('square')
    await first.server.kill()
    gates.open('square')
    const second = await start(context, data, first.port)
    await client.waitForEnd(id)
    const { items } = await client.jobs.transitions(id)
    const changes = items
      .filter(({ from }) => from !== null)
      .map(({ from, to, cause }) => `${from} ${to} ${cause}`)
    const arrived = (): readonly string[] => [
      ...new Set(
        receiver.messages.map(({ type, data }) => {
          assert.ok(type === 'job_status_changed' && 'new_status' in data)
          assert.is(data.job_id, id)
          return `${data.old_status} ${data.new_status} ${data.cause}`
        }),
      ),
    ]
    while (arrived().length < changes.length) await receiver.has(receiver.received.length + 1)
    assert.equal(arrived().toSorted(), changes.toSorted())
    assert.ok(changes.length >= 4, changes.join('\n'))
    assert.ok(receiver.received.every((each) => isSigned(secret, each)))
    await second.server.kill()
  })
})
