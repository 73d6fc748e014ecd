import * as assert from 'uvu/assert'
import { loadPeer } from '../../src/util/load-peer.ts'
import { MissingDependencyError } from '../../src/errors/connector-errors.ts'
import { rejectionOf } from '../job/jobs.ts'
import { suite } from '../support/suite.ts'

suite('loadPeer', (test) => {
  test('says which package is missing, and how to install it', async () => {
    const name = 'no-such-package-as-this'
    const load = (): Promise<unknown> => import(name)
    const error = await rejectionOf(loadPeer('readCsv', `${name}@3`, load))
    assert.instance(error, MissingDependencyError)
    assert.match((error as Error).message, `readCsv needs the package '${name}'`)
    assert.match((error as Error).message, `npm install ${name}@3`)
  })

  test('passes on what is wrong inside a package that is there', async () => {
    const broken = new Error('broken inside')
    assert.is(await rejectionOf(loadPeer('readCsv', 'broken', () => Promise.reject(broken))), broken)
  })
})
