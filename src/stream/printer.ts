/** Writes records to the console, each as console.log shows it. */
export function printer(prefix: string | undefined): (value: unknown) => void {
  return prefix === undefined ? (value) => log(value) : (value) => log(prefix, value)
}

function log(...values: unknown[]): void {
  // eslint-disable-next-line no-console -- writing to the console is what `print` is for
  console.log(...values)
}
