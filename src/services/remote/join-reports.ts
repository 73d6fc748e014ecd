import type { ServiceReport } from '../service-report.ts'

/**
 * What is reported of a service whose instances went down so; null: one had not been made, or not again.
 * @param failure why it did not come up, where it did not.
 */
export function joinReports(
  name: string,
  reports: readonly (ServiceReport | null)[],
  failure: string | null,
): ServiceReport {
  const made = reports.filter((report) => report !== null)
  const errors = reports.flatMap((report, index) => {
    if (report?.error === undefined) return []
    return [reports.length === 1 ? report.error : `instance ${index}: ${report.error}`]
  })
  if (failure !== null && errors.length === 0) errors.push(failure)
  return {
    name,
    stopped: made.length > 0 && made.every(({ stopped }) => stopped),
    cleaned: made.length > 0 && made.every(({ cleaned }) => cleaned),
    killed: made.some(({ killed }) => killed),
    ...(errors.length === 0 ? {} : { error: errors.join('; ') }),
  }
}
