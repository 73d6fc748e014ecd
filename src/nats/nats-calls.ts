import type { Msg } from '@nats-io/transport-node'
import type { Calls, Served } from '../cluster/engine/calls.ts'
import { NobodyAnsweredError } from '../errors/cluster-errors.ts'
import { type Link, LinkError } from './link.ts'
import type { Names } from './names.ts'

/**
 * Request and reply of core NATS. Who serves a subject is no queue group: a server of NATS that is parted from the others
 * counts as one of its members for minutes, and what it is given is lost.
 */
export class NatsCalls implements Calls {
  readonly #link: Link
  readonly #names: Names

  constructor(link: Link, names: Names) {
    this.#link = link
    this.#names = names
  }

  async call(subject: string, bytes: Uint8Array, timeout: number): Promise<Uint8Array> {
    try {
      return (await this.#link.request(this.#names.call(subject), bytes, undefined, timeout)).data
    } catch (error) {
      if (!(error instanceof LinkError) || (error.problem !== 'nobody' && error.problem !== 'timeout'))
        throw error
      const why = error.problem === 'nobody' ? 'nobody serves it' : `no answer came within ${timeout} ms`
      throw new NobodyAnsweredError(`The call '${subject}' was not answered: ${why}.`, { cause: error })
    }
  }

  serve(subject: string, answer: (bytes: Uint8Array) => Promise<Uint8Array>): Served {
    const underWay = new Set<Promise<void>>()
    const respond = async (message: Msg): Promise<void> => {
      const bytes = await answer(message.data)
      try {
        if (message.reply) this.#link.publish(message.reply, bytes)
      } catch {
        // The connection is lost, and with it the question.
      }
    }
    const onMessage = (message: Msg): void => {
      const work = respond(message).finally(() => underWay.delete(work))
      underWay.add(work)
    }
    const subscription = this.#link.subscribe(this.#names.call(subject), onMessage)
    return {
      close: async () => {
        await this.#link.drain(subscription)
        await Promise.all(underWay)
      },
    }
  }
}
