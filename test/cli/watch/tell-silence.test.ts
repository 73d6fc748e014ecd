import { Subject } from 'rxjs'
import * as assert from 'uvu/assert'
import { tellSilence } from '../../../src/cli/watch/tell-silence.ts'
import { suite } from '../../support/suite.ts'

suite('tellSilence', (test) => {
  test('says nothing of a server that is there', () => {
    const told: string[] = []
    const heard = new Subject<boolean>()
    tellSilence(heard, (text) => void told.push(text))
    heard.next(true)
    assert.equal(told, [])
  })

  test('tells when it is gone, also from the beginning, and when it is back', () => {
    const told: string[] = []
    const heard = new Subject<boolean>()
    const subscription = tellSilence(heard, (text) => void told.push(text))
    for (const isHeard of [false, true, false]) heard.next(isHeard)
    const gone = 'The server does not answer: waiting for it'
    assert.equal(told, [gone, 'The server answers again', gone])
    heard.error(new Error('refused'))
    subscription.unsubscribe()
    assert.is(heard.observed, false)
  })
})
