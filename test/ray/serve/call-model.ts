import * as assert from 'uvu/assert'
import { HttpError, type JobFailedError, LocalEnvironment } from '../../../src/index.ts'
import { rayServe } from '../../../src/ray/index.ts'

export interface Model {
  predict(request: { readonly text: string }): { readonly long: boolean }
  shout(text: string): string
  add(a: number, b: number): number
  bytes(numbers: readonly number[]): Uint8Array
  nonsense(): unknown
}

const model = (address: string) =>
  rayServe<Model>(`${address}/model`, {
    methods: {
      predict: '',
      shout: { path: '/shout', result: (answer) => `${String(answer)}!` },
      add: 'add',
      bytes: '/bytes',
      nonsense: '/nonsense',
    },
  })

/** Calls each kind of method of the deployment of the tests, which is at /model. */
export async function callModel(address: string): Promise<void> {
  const env = new LocalEnvironment('calls').registerService('model', model(address))
  const answers = env
    .fromBatch(['hello you'])
    .map(async (text, ctx) => {
      const service = ctx.service('model')
      const { long } = await service.predict({ text })
      return [
        long,
        await service.shout(text),
        await service.add(1, 2),
        await service.bytes([1, 2, 3]),
      ] as const
    })
    .collect()
  await env.submit({ autostop: true })
  assert.equal(answers.values, [[true, 'HELLO YOU!', 3, new Uint8Array([1, 2, 3])]])

  const failing = new LocalEnvironment('fails').registerService('model', model(address))
  failing
    .fromBatch([1])
    .map((_, ctx) => ctx.service('model').nonsense())
    .sink(() => {})
  const error = await failing.submit({ autostop: true }).catch((thrown: unknown) => thrown as JobFailedError)
  assert.instance((error as Error).cause, HttpError)
  assert.is(((error as Error).cause as HttpError).status, 500)
}
