// Counts words: a batch, a flatMap, a key, a count.
//
//   node --import tsx examples/word-count.ts

import { LocalEnvironment } from '../src/index.ts'

const poem = [
  'Tyger Tyger, burning bright,',
  'In the forests of the night;',
  'What immortal hand or eye,',
  'Could frame thy fearful symmetry?',
  'In what distant deeps or skies.',
  'Burnt the fire of thine eyes?',
]

const env = new LocalEnvironment('word-count')

env
  .fromBatch(poem)
  .flatMap((line) => line.toLowerCase().match(/\p{L}+/gu) ?? [])
  .keyBy((word) => word)
  .count() // one [word, count] per word, when the poem has ended
  .filter(([, count]) => count > 1)
  .sink(([word, count]) => console.log(`${word} ${count}`))

await env.submit({ autostop: true })
