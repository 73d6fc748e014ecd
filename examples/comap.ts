// Three streams of three types made into one: a function for each input.
//
//   node --import tsx examples/comap.ts

import { LocalEnvironment } from '../src/index.ts'

const env = new LocalEnvironment('comap')

const temperatures = env.fromBatch([{ celsius: 21.5 }, { celsius: 19 }], { name: 'thermometers' })
const doors = env.fromBatch(['front', 'garage'], { name: 'doors' })
const power = env.fromBatch([340, 0, 1200], { name: 'power meter' })

temperatures
  .connect(doors, power)
  .comap([
    ({ celsius }) => `temperature ${celsius.toFixed(1)} °C`,
    (door) => `door ${door} opened`,
    (watts) => (watts === 0 ? undefined : `power ${watts} W`), // undefined drops the record
  ])
  .sink((line) => console.log(line))

await env.submit({ autostop: true })
