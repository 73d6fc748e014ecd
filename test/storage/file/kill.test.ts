import { tmpdir } from 'node:os'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { FileCheckpointStore } from '../../../src/storage/file-checkpoint-store.ts'
import { suite } from '../../support/suite.ts'
import { takeNext, verifyChain } from '../support/chain.ts'
import { Child } from '../support/child.ts'
import { emptyFolder } from '../support/folders.ts'
import { refused } from '../support/rejection.ts'

suite('a process that is killed while it writes checkpoints', (test) => {
  test(
    'leaves whole ones, with the last that it knew of, at any moment',
    { timeout: 120_000 },
    async (context) => {
      const directory = await emptyFolder(context, tmpdir())
      const store = new FileCheckpointStore(directory)
      const moments = fc.sample(fc.record({ lines: fc.nat(6), turns: fc.nat(4000) }), 12)
      for (const { lines, turns } of moments) {
        const child = new Child('chain', [directory], context)
        let last = Number(await child.line())
        for (let n = 0; n < lines; n++) last = Number(await child.line())
        await refused(store.claim('chain'))
        for (let n = 0; n < turns; n++) await turn()
        await child.kill()
        for (let line = await child.line(); line !== undefined; line = await child.line()) last = Number(line)

        const claim = await store.claim('chain')
        const newest = await verifyChain(claim)
        assert.ok(newest!.id >= last, `committed ${last}, found ${newest?.id}`)
        // And goes on where it was.
        await takeNext(claim, newest)
        await claim.release()
      }
    },
  )
})
