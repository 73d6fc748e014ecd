import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { SqliteJobStore } from '../../../../src/jobs/store/sqlite-job-store.ts'
import { Child } from '../../../storage/support/child.ts'
import { suite, type TestContext } from '../../../support/suite.ts'
import { emptyFolder } from '../../store/support/stores.ts'
import { isSigned, Receiver } from './support/receiver.ts'
import { secret } from './support/sending.ts'

const fixtures = new URL('./fixtures/', import.meta.url)

interface Scene {
  readonly file: string
  readonly receiver: Receiver
  /** What senders said that they had done. */
  readonly told: string[]
}

async function open(context: TestContext): Promise<Scene> {
  const file = join(emptyFolder(context), 'jobs.db')
  const receiver = await Receiver.start(context)
  const store = new SqliteJobStore({ file })
  const settings = { events: ['job_status_changed'], filter: {}, enabled: true, description: '' } as const
  store.webhooks.create(
    'sub_1',
    { ...settings, url: receiver.url, disabledReason: null, failingSince: null },
    { secret, at: 0, most: 1 },
  )
  store.close()
  return { file, receiver, told: [] }
}

/** Runs a sender for as long as the work takes. @returns whether it has delivered all. */
async function send(
  context: TestContext,
  { file, told }: Scene,
  args: readonly string[],
  work: (sender: Child) => Promise<void> = async () => {},
): Promise<boolean> {
  const sender = new Child('webhook-sender', [file, ...args], context, fixtures)
  const killed = work(sender)
  for (;;) {
    const line = await sender.line()
    if (line === undefined || line === 'all is delivered') {
      await killed
      await sender.kill()
      return line !== undefined
    }
    told.push(line)
  }
}

/** Every change has its webhook, whose id is the same however often it came, and is no other's. */
function check({ file, receiver, told }: Scene): void {
  const store = new SqliteJobStore({ file })
  const events = store.events({ since: 0, limit: 10_000 })
  store.close()
  const changes = events.flatMap((event) =>
    event.type === 'job_status_changed' ? [`${event.job} ${event.transition.to}`] : [],
  )
  for (const each of told) assert.ok(changes.includes(each), each)
  const bodies = new Map<string, string>()
  for (const { headers, body } of receiver.received) {
    const id = String(headers['webhook-id'])
    assert.is(bodies.get(id) ?? body, body)
    bodies.set(id, body)
  }
  const arrived = [...bodies.values()].map((body) => {
    const { data } = JSON.parse(body) as { data: { job_id: string; new_status: string } }
    return `${data.job_id} ${data.new_status}`
  })
  assert.equal(arrived.toSorted(), changes.toSorted())
  assert.ok(receiver.received.every((each) => isSigned(secret, each)))
}

suite(
  'a server that is killed while it sends webhooks',
  (test) => {
    for (const moment of [
      'when it has happened',
      'when deliveries are made',
      'when it is sent',
      'when it is noted',
    ]) {
      test(`delivers every change, ${moment}`, async (context) => {
        const scene = await open(context)
        assert.not(await send(context, scene, ['10', moment]))
        const before = scene.receiver.received.length
        assert.ok(await send(context, scene, ['0']))
        check(scene)
        assert.ok(scene.receiver.received.length > before)
        const again = scene.receiver.ids.length - new Set(scene.receiver.ids).size
        // What was sent and not noted came again; more than was on its way at most did not.
        if (moment === 'when it is sent') assert.ok(again >= 1)
        assert.ok(again <= 5)
      })
    }

    test('delivers every change, at any moment', async (context) => {
      const scene = await open(context)
      for (const turns of [0, 3, 40, 150, 500, 900, 2_000, 4_000]) {
        await send(context, scene, ['40'], async (sender) => {
          const { length } = scene.told
          while (scene.told.length === length) await turn()
          for (let n = 0; n < turns; n++) await turn()
          await sender.kill()
        })
      }
      assert.ok(await send(context, scene, ['1']))
      // At least one of each round, and those of the last.
      assert.ok(scene.told.length >= 10)
      check(scene)
    })
  },
  { timeout: 120_000 },
)
