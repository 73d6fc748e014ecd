import * as assert from 'uvu/assert'
import { LocalEnvironment } from '../../src/environment/local-environment.ts'
import { realClock } from '../../src/time/real-clock.ts'
import { suite } from '../support/suite.ts'

suite('a wall clock that is set while a job runs', (test) => {
  for (const hours of [-1, 1]) {
    test(`by ${hours} hours changes no interval and no timeout`, async () => {
      let offset = 0
      const clock = { ...realClock, now: () => realClock.now() + offset }
      const env = new LocalEnvironment('job', { clock })
      const seen = env
        .fromInterval(20, { count: 4 })
        .tap(() => {
          offset = hours * 3_600_000
        })
        .timeout(2_000)
        .collect()
      const start = realClock.monotonic()
      await env.submit({ autostop: true })
      assert.equal(seen.values, [0, 1, 2, 3])
      const elapsed = realClock.monotonic() - start
      assert.ok(elapsed > 70, `${elapsed} ms`)
    })
  }
})
