import { suite, type Test, type TestOptions } from '../suite.ts'
import { findKafka } from './find-kafka.ts'

/** A suite that needs a Kafka broker. Where there is none, each of its tests is told of as skipped. */
export const kafkaSuite = (name: string, body: (test: Test) => void, options: TestOptions = {}): void => {
  suite(name, (test) => body(findKafka() === null ? skipping(test) : test), options)
}

const skipping = (test: Test): Test =>
  Object.assign((name: string) => test.skip(`${name} (there is no Kafka broker)`), {
    skip: test.skip,
    beforeEach: () => {},
    afterEach: () => {},
  })
