import { suite, type Test, type TestOptions } from '../suite.ts'
import { findServer } from './find-server.ts'

/** A suite that needs a nats-server. Where there is none, each of its tests is told of as skipped. */
export const natsSuite = (name: string, body: (test: Test) => void, options: TestOptions = {}): void => {
  suite(name, (test) => body(findServer() === null ? skipping(test) : test), options)
}

const skipping = (test: Test): Test =>
  Object.assign((name: string) => test.skip(`${name} (there is no nats-server)`), {
    skip: test.skip,
    beforeEach: () => {},
    afterEach: () => {},
  })
