/** Of what takes next to nothing as a rule: `0 ms`, `0.4 ms`, `12 ms`, `1.2 s`, `95 s`. */
export function briefDuration(ms: number): string {
  if (ms === 0) return '0 ms'
  if (ms < 9.95) return `${Math.max(0.1, ms).toFixed(1)} ms`
  if (ms < 999.5) return `${Math.round(ms)} ms`
  return ms < 9_950 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`
}
