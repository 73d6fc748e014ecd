import process from 'node:process'
import { suite, type Test, type TestOptions } from '../../support/suite.ts'
import { startRecorder } from './recorder.ts'

/** Of the dashboard, and of Serve. Empty: there is no Ray. */
export const { RAY_DASHBOARD: dashboard = '', RAY_SERVE: served = '' } = process.env

/** A suite that needs a real Ray, which `npm run test:ray` brings. Where there is none, its tests are told of as skipped. */
export const raySuite = (name: string, body: (test: Test) => void, options: TestOptions): void => {
  suite(name, (test) => body(dashboard === '' ? skipping(test) : test), options)
}

const skipping = (test: Test): Test =>
  Object.assign((name: string) => test.skip(`${name} (needs a real Ray: npm run test:ray)`), {
    skip: test.skip,
    beforeEach: () => {},
    afterEach: () => {},
  })

/** Does something with the Ray at this address, and writes down what they say to each other where that is wanted. */
export async function recorded(
  name: string,
  address: string,
  work: (address: string) => Promise<void>,
): Promise<void> {
  if (process.env['RAY_RECORD'] === undefined) return work(address)
  const recorder = await startRecorder(address)
  await work(recorder.address)
  await recorder.save(name)
}
