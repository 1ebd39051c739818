/** Large documents by the hash of their content, in a folder; rows hold the hash. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { ContentHash, LonghaulError } from '#contracts';
import type { Redact } from './redact-secrets.ts';

export interface ArtifactReader {
  /** @throws E_ARTIFACT_MISSING when there is none, or its content is not what its name says. */
  getText(hash: ContentHash): Promise<string>;
  /** @throws E_ARTIFACT_MISSING */
  getBytes(hash: ContentHash): Promise<Uint8Array>;
}

export interface Artifacts extends ArtifactReader {
  /** Cleaned of secrets first: the hash is that of the clean text. */
  putText(text: string): Promise<ContentHash>;
  /** Byte for byte, for patches: a changed one would not apply. */
  putBytes(bytes: Uint8Array): Promise<ContentHash>;
}

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Writing the same content twice, also at the same time, is one artifact. A crash leaves no half of one. */
export function openArtifacts(folder: string, redact: Redact): Artifacts {
  const put = async (bytes: Uint8Array): Promise<ContentHash> => {
    const hash = ContentHash.parse(createHash('sha256').update(bytes).digest('hex'));
    const path = placeOf(folder, hash);
    if (await isThere(path)) return hash;
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeWhole(path, await compress(bytes));
    } catch (error) {
      throw LonghaulError.from(error, `keeping an artifact in ${folder}`);
    }
    return hash;
  };
  return {
    ...openArtifactReader(folder),
    putText: (text) => put(Buffer.from(redact(text))),
    putBytes: put,
  };
}

export function openArtifactReader(folder: string): ArtifactReader {
  const getBytes = async (hash: ContentHash): Promise<Uint8Array> => {
    const path = placeOf(folder, hash);
    let bytes: Buffer;
    try {
      bytes = await decompress(await readFile(path));
    } catch (error) {
      throw new LonghaulError('E_ARTIFACT_MISSING', `Artifact ${hash} cannot be read from ${path}: ${(error as Error).message}`, {
        cause: error,
      });
    }
    if (createHash('sha256').update(bytes).digest('hex') !== hash) {
      throw new LonghaulError('E_ARTIFACT_MISSING', `Artifact ${hash} at ${path} is damaged: its content has another hash.`);
    }
    return bytes;
  };
  return { getBytes, getText: async (hash) => Buffer.from(await getBytes(hash)).toString('utf8') };
}

function placeOf(folder: string, hash: ContentHash): string {
  return join(folder, hash.slice(0, 2), `${hash}.zst`);
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString('hex')}.unfinished`;
  try {
    const file = await open(aside, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, path);
  } finally {
    await rm(aside, { force: true });
  }
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
