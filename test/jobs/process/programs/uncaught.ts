import { HostedEnvironment } from '../hosted-environment.ts'

const env = new HostedEnvironment('uncaught')
env.fromInterval(1).sink(() => {
  if (process.argv[2] === 'throw') {
    setTimeout(() => {
      throw new RangeError('too late')
    })
  }
  if (process.argv[2] === 'reject') void Promise.reject(new RangeError('too late as well'))
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- that is what is tested
  if (process.argv[2] === 'value') void Promise.reject('a text')
})
await env.submit()
