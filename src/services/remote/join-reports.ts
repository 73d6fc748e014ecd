import type { ServiceReport } from '../service-report.ts'

/** What is reported of a service whose instances went down so. `failure`: why it did not come up, where it did not. */
export function joinReports(
  name: string,
  reports: readonly ServiceReport[],
  failure: string | null,
): ServiceReport {
  const errors = reports.flatMap(({ error }, index) => {
    if (error === undefined) return []
    return [reports.length === 1 ? error : `instance ${index}: ${error}`]
  })
  if (failure !== null && errors.length === 0) errors.push(failure)
  return {
    name,
    stopped: reports.every(({ stopped }) => stopped),
    cleaned: reports.every(({ cleaned }) => cleaned),
    killed: reports.some(({ killed }) => killed),
    ...(errors.length === 0 ? {} : { error: errors.join('; ') }),
  }
}
