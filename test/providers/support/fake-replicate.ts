import { type Answer, type Exchange, FakeApi } from './fake-api.ts'

/** As Replicate's API has it. */
export interface Prediction {
  readonly id: string
  readonly model: string
  readonly version: string
  readonly input: unknown
  readonly logs: string | null
  readonly output: unknown
  readonly error: string | null
  readonly status: string
  readonly created_at: string
  readonly started_at: string | null
  readonly completed_at: string | null
  readonly data_removed: boolean
  readonly metrics?: { readonly predict_time?: number; readonly total_time?: number }
  readonly urls: Readonly<Record<'get' | 'cancel' | 'web', string>>
}

/** As the documentation shows one. */
export const aPrediction = (change: Partial<Prediction> = {}): Prediction => {
  const { id = 'gm3qorzdhgbfurvjtvhg6dckhu' } = change
  return {
    id,
    model: 'replicate/hello-world',
    version: '5c7d5dc6dd8bf75c1acaa8565735e7986bc5b66206b55cca93cb72c9bf15ccaa',
    input: { text: 'Alice' },
    logs: '',
    output: null,
    error: null,
    status: 'starting',
    created_at: '2023-09-08T16:19:34.765994Z',
    started_at: null,
    completed_at: null,
    data_removed: false,
    urls: {
      get: `https://api.replicate.com/v1/predictions/${id}`,
      cancel: `https://api.replicate.com/v1/predictions/${id}/cancel`,
      web: `https://replicate.com/p/${id}`,
    },
    ...change,
  }
}

/** Speaks the predictions API of Replicate: pages with the URL of the next, newest first. */
export class FakeReplicate extends FakeApi {
  readonly predictions = new Map<string, Prediction>()
  /** What is on a page beside predictions. */
  readonly odd: unknown[] = []
  pageSize = 100
  /** Where the URLs of pages lead. */
  host = 'https://api.replicate.com'

  constructor() {
    super(
      [
        [/^GET \/v1\/predictions$/, (exchange) => this.#list(exchange)],
        [/^GET \/v1\/predictions\/(?<id>[^/]+)$/, ({ params }) => this.#with(params, (body) => ({ body }))],
        [
          /^POST \/v1\/predictions\/(?<id>[^/]+)\/cancel$/,
          ({ params }) => this.#with(params, (prediction) => this.#cancel(prediction)),
        ],
      ],
      {
        status: 401,
        body: {
          title: 'Unauthenticated',
          detail: 'You did not pass a valid authentication token',
          status: 401,
        },
      },
    )
  }

  put(change: Partial<Prediction> & { readonly id: string }): void {
    this.predictions.set(change.id, aPrediction({ ...this.predictions.get(change.id), ...change }))
  }

  #list({ url }: Exchange): Answer {
    const position = url.searchParams.get('cursor')
    // Opaque: base64 of where it goes on.
    const from = position === null ? 0 : Number(Buffer.from(position, 'base64').toString())
    const all = [...this.predictions.values()].sort((a, b) => b.created_at.localeCompare(a.created_at))
    const page = all.slice(from, from + this.pageSize)
    const to = from + this.pageSize
    const cursor = encodeURIComponent(Buffer.from(String(to)).toString('base64'))
    const next = to < all.length ? `${this.host}/v1/predictions?cursor=${cursor}` : null
    // Lists have neither input nor logs.
    const results = page.map(({ logs: _logs, input: _input, ...rest }) => rest)
    return { body: { previous: null, next, results: [...this.odd, ...results] } }
  }

  #with({ id = '' }: Exchange['params'], answer: (prediction: Prediction) => Answer): Answer {
    const found = this.predictions.get(id)
    if (found !== undefined) return answer(found)
    return { status: 404, body: { detail: 'The requested resource could not be found.', status: 404 } }
  }

  #cancel(prediction: Prediction): Answer {
    const active = prediction.status === 'starting' || prediction.status === 'processing'
    if (!active) return { status: 422, body: { detail: 'The prediction has ended already.', status: 422 } }
    this.put({ ...prediction, status: 'canceled', completed_at: '2023-09-08T16:20:00.000000Z' })
    return { body: this.predictions.get(prediction.id) }
  }
}
