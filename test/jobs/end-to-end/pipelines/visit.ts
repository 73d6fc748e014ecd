/** Tells the test that the job has come here, and resolves when it may go on. */
export async function visit(gates: string, name: string): Promise<void> {
  const response = await fetch(`${gates}/${encodeURIComponent(name)}`)
  await response.arrayBuffer()
}
