/** For the help of commands that end with the outcome of a job. */
export const outcomeCodes = `Exit codes:
  0    it has completed
  1    it has failed
  5    it was stopped
  6    it was cancelled
  3    there is no such job, or it was deleted meanwhile
  4    the server cannot be reached`
