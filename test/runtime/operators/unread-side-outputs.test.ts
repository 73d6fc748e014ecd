import * as assert from 'uvu/assert'
import { firstValueFrom, last } from 'rxjs'
import { LocalEnvironment } from '../../../src/index.ts'
import { suite } from '../../support/suite.ts'

suite('side outputs that nobody reads', (test) => {
  test('are counted in the metrics, and warned of once per tag', async () => {
    const warnings: string[] = []
    const quiet = (): void => {}
    const logger = {
      debug: quiet,
      info: quiet,
      error: quiet,
      warn: (message: string) => void warnings.push(message),
    }
    const env = new LocalEnvironment('unread', { logger })
    const split = env.fromBatch([1, 2, 3, 4]).process<number>(
      (value, _ctx, out) => {
        if (value % 2 === 1) return out.side('odd', value)
        return out.side('even', value)
      },
      { name: 'split' },
    )
    split.sink(() => {})
    const even = split.sideOutput<number>('even').collect()
    const job = await env.submit()
    const metrics = firstValueFrom(job.metrics$.pipe(last()))
    await job.drained
    await job.stop()
    assert.equal(even.values, [2, 4])
    assert.equal((await metrics).custom[split.id], { "unread side output 'odd'": 2 })
    assert.is(warnings.length, 1)
    assert.match(warnings[0] ?? '', /'odd' of 'split'/)
  })
})
