import {
  type DeadLetterDetail,
  deadLetterDetailSchema,
  type DeadLetterPage,
  deadLetterPageSchema,
  type LetterChoice,
  type LettersDone,
  lettersDoneSchema,
  type LetterState,
} from '../protocol/dead-letters.ts'
import { readJson } from './read-answer.ts'
import type { CallOptions, Transport } from './transport.ts'

export interface DeadLetterQuery {
  /** `next` of the page before. */
  readonly cursor?: string | undefined
  /** From 1 to 200; default 50. */
  readonly limit?: number | undefined
  /** Name of an operator, or its id. */
  readonly operator?: string | undefined
  readonly state?: LetterState | undefined
}

/**
 * Records that operators of jobs gave up, and that nobody in their programs reads. Obtained as `client.deadLetters`. Methods
 * reject with JobNotFoundError for a job that is not there, and with ForeignJobError for one that runs elsewhere.
 */
export class DeadLettersApi {
  readonly #transport: Transport

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** A page of them, newest first, with how many there are of each operator. @throws InvalidCursorError */
  list(job: string, query: DeadLetterQuery = {}, options?: CallOptions): Promise<DeadLetterPage> {
    return this.#transport.call(
      {
        method: 'GET',
        path: pathOf(job),
        query: { ...query },
        repeatable: true,
        read: (response, label) => readJson(response, label, deadLetterPageSchema),
      },
      options,
    )
  }

  /** One of them, with its record at length. Rejects with ApiError (404) when it is not there any more. */
  get(job: string, letter: number, options?: CallOptions): Promise<DeadLetterDetail> {
    return this.#transport.call(
      {
        method: 'GET',
        path: `${pathOf(job)}/${letter}`,
        repeatable: true,
        read: (response, label) => readJson(response, label, deadLetterDetailSchema),
      },
      options,
    )
  }

  /**
   * Puts records back before the operators that gave them up. Those that cannot be replayed, or are being replayed, are left
   * out. Needs a token with the scope `submit`.
   * @throws JobNotRunningError for a job that is over, or stopped: continue it first
   */
  replay(job: string, choice: LetterChoice, options?: CallOptions): Promise<LettersDone> {
    return this.#do(`${pathOf(job)}/replay`, choice, options)
  }

  /** Deletes letters that are not being replayed. Needs a token with the scope `submit`. */
  delete(job: string, choice: LetterChoice, options?: CallOptions): Promise<LettersDone> {
    return this.#do(`${pathOf(job)}/delete`, choice, options)
  }

  #do(path: string, choice: LetterChoice, options: CallOptions | undefined): Promise<LettersDone> {
    return this.#transport.call(
      {
        method: 'POST',
        path,
        json: choice,
        // What is done already is left out the second time.
        repeatable: true,
        read: (response, label) => readJson(response, label, lettersDoneSchema),
      },
      options,
    )
  }
}

const pathOf = (job: string): string => `api/v1/jobs/${encodeURIComponent(job)}/dead-letters`
