// A pipeline as a service: it is written like any other, and called with request and reply. The answer finds its
// caller by itself, whatever the operators make of the record.
//
//   node --import tsx examples/pipeline-service.ts

import { type DataStream, LocalEnvironment } from '../src/index.ts'

const spelling = (words: DataStream<string>): DataStream<string> =>
  words
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== '') // a request that is dropped is answered with undefined
    .map((word) => {
      if (/\d/.test(word)) throw new TypeError(`"${word}" is no word`) // a throw rejects that one call
      return word.replace('teh', 'the')
    })

const env = new LocalEnvironment('pipeline-service').registerPipeline('spelling', spelling)

env
  .fromBatch(['Teh ', 'quick', ' ', 'f0x'])
  .map(async (word, ctx) => {
    try {
      return (await ctx.service('spelling').call(word)) ?? '(nothing)'
    } catch (error) {
      return `refused: ${(error as Error).message}`
    }
  })
  .sink((answer) => console.log(answer))

const { services } = await env.submit({ autostop: true })
console.log(services[0])
