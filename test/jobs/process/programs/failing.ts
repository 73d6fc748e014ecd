import { HostedEnvironment } from '../hosted-environment.ts'

const env = new HostedEnvironment('failing')
env
  .fromBatch(['1', 'x'])
  .map(
    (text) => {
      if (text === 'x') throw new RangeError(`not a number, says ${process.env['PASSWORD']}`)
      return text
    },
    { name: 'parse' },
  )
  .sink(() => console.log(process.env['PASSWORD']))
await env.submit()
