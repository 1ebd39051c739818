/** Where the embedded PostgreSQL keeps its things below the state folder. */
import { join } from 'node:path';

/** A data folder belongs to one major version; the next one gets a folder beside it. */
const MAJOR_VERSION = '18';

export interface Layout {
  /** Holds everything below. */
  folder: string;
  /** One folder per version of the npm package, each with bin, lib and share. */
  binaries: string;
  data: string;
  log: string;
  serverFile: string;
  lockFile: string;
}

/** @param stateFolder absolute, without symbolic links: the running server is recognised by the path it was started with. */
export function layoutOf(stateFolder: string): Layout {
  const folder = join(stateFolder, 'postgres', MAJOR_VERSION);
  return {
    folder,
    binaries: join(folder, 'bin'),
    data: join(folder, 'data'),
    log: join(folder, 'log'),
    serverFile: join(folder, 'server.json'),
    lockFile: join(folder, 'start.lock'),
  };
}
