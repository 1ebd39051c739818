/** Which C library programs of this machine are linked with. */

/** True on Alpine and its kin, whose programs are built apart. */
export function isMusl(): boolean {
  if (process.platform !== 'linux') return false;
  const { header } = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined;
}
