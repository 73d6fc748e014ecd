import { LocalProvider } from '../../../src/jobs/foreign/local-provider.ts'
import { startJobServer } from '../../../src/jobs/server/start-job-server.ts'
import type { JobStatus } from '../../../src/job/job-status.ts'
import { VirtualClock } from '../../../src/testing/virtual-clock.ts'
import { FakeJobServer } from '../../client/support/fake-job-server.ts'
import { problem } from '../../client/support/faults.ts'
import { FakeManager } from '../../jobs/server/fake-manager.ts'
import type { TestContext } from '../../support/suite.ts'
import type { ProviderScene, SceneStatus } from './provider-contract.ts'
import { bare } from './scenes.ts'
import { token } from './token.ts'

/** A clock of which a millisecond passes whenever somebody looks. */
class BusyClock extends VirtualClock {
  #now = 1_700_000_000_000

  override now(): number {
    return this.#now++
  }
}

type ManagedScene = Omit<ProviderScene, 'provider'> & { readonly manager: FakeManager }

/** A manager over a real store. */
function managed(): ManagedScene {
  const manager = new FakeManager(new BusyClock())
  return {
    manager,
    add(status: SceneStatus, log = '') {
      const { id } = manager.create('prices')
      const way: readonly JobStatus[] =
        status === 'queued' ? [] : status === 'running' ? ['running'] : ['running', status]
      for (const to of way) manager.become(id, to)
      if (status === 'failed') {
        const error = { name: 'JobFailedError', lineage: [], message: 'it did not work' }
        manager.store.patch(id, { error })
      }
      if (log !== '') manager.log(id, log)
      return id
    },
    write(id, text) {
      for (const line of text.split('\n').slice(0, -1)) manager.log(id, line)
    },
  }
}

/** A real job server on a socket, with a store of its own. */
export async function serverScene(
  context: TestContext,
): Promise<ProviderScene & ManagedScene & { readonly url: string }> {
  const scene = managed()
  const { manager } = scene
  const server = await startJobServer({ manager, tokens: manager.store.tokens, port: 0, token })
  context.cleanup(() => server.close())
  const provider = bare(context, { name: 'other', type: 'millrace', url: server.url, token })
  return { ...scene, provider, url: server.url }
}

/** The manager itself. */
export async function localScene(): Promise<ProviderScene> {
  const scene = managed()
  return { ...scene, provider: new LocalProvider(scene.manager) }
}

/** A server that speaks the protocol, and can be told to fail. */
export async function faultyServerScene(context: TestContext): Promise<ProviderScene> {
  const server = new FakeJobServer()
  await server.listen()
  context.cleanup(() => server.kill())
  const url = `http://127.0.0.1:${server.port}`
  const at = (offset: number): string => new Date(1_700_000_000_000 + offset).toISOString()
  let made = 0
  return {
    provider: bare(context, { name: 'other', type: 'millrace', url, token }),
    faults: server.faults,
    lockOut() {
      const refusal = problem(401, 'ERR_UNAUTHENTICATED', { detail: 'That token is not known.' })
      for (let i = 0; i < 4; i++) server.faults.on(/./, refusal)
    },
    shutDown: () => server.kill(),
    add(status) {
      const id = `job-${1_000 - made++}`
      const jobs = [...server.jobs]
      server.jobs.clear()
      const isOver = status !== 'queued' && status !== 'running'
      server.put({
        id,
        status,
        submittedAt: at(made),
        startedAt: status === 'queued' ? null : at(made + 1),
        endedAt: isOver ? at(made + 2) : null,
        error: status === 'failed' ? { name: 'Error', lineage: [], message: 'it did not work' } : null,
      })
      // Its lists are in the order of the map.
      for (const [key, job] of jobs) server.jobs.set(key, job)
      return id
    },
    write: (id, text) => server.log(id, ...text.split('\n').slice(0, -1)),
  }
}
