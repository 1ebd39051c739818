/** The architecture of a folder whose files are known. */
import { type ArchitectureSnapshot, openArchitecture } from '#architecture';

export async function readTree(
  folder: string,
  files: readonly string[],
  { signal }: { cacheFolder: string | null; signal: AbortSignal },
): Promise<ArchitectureSnapshot> {
  return (await openArchitecture(folder, { files, signal })).snapshot();
}
