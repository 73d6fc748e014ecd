import * as assert from 'uvu/assert'
import { filterMetrics } from '../../../src/cli/info/filter-metrics.ts'
import { suite } from '../../support/suite.ts'

const jobs = `# HELP millrace_jobs Jobs that are kept.
# TYPE millrace_jobs gauge
millrace_jobs{status="running"} 1
`
const latency = `# HELP latency Of requests.
# TYPE latency histogram
latency_bucket{le="1"} 2
latency_count 2
`

suite('filterMetrics', (test) => {
  test('keeps families by their names, with what is said of them', () => {
    const text = `${jobs}${latency}up 1\n`
    assert.is(filterMetrics(text, 'jobs'), jobs)
    assert.is(filterMetrics(text, 'latency'), latency)
    assert.is(filterMetrics(text, 'up'), 'up 1\n')
    assert.is(filterMetrics(text, 'running'), '')
    assert.is(filterMetrics(text, ''), text)
  })
})
