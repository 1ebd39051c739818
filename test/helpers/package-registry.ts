/** A private package registry over real HTTP: one package, one token, and a record of who asked with what. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface PackageRegistry extends AsyncDisposable {
  readonly url: string;
  /** Of its archive, as lockfiles write it. */
  readonly integrity: string;
  /** The `authorization` header of every request, or the empty text. */
  readonly authorizations: readonly string[];
}

/** @param token null: none is needed. @param answers `nothing`: connections are taken and never answered; `nothing-at-first`: only the first one is not. @param folder for the archive it makes. */
export async function openRegistry(
  folder: string,
  options: { token: string | null; answers?: 'nothing' | 'nothing-at-first' | 'resets' },
): Promise<PackageRegistry> {
  const archive = packStamp(folder);
  const integrity = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
  const authorizations: string[] = [];
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization ?? '');
    if (options.answers === 'resets') return void request.socket.resetAndDestroy();
    if (options.answers === 'nothing' || (options.answers === 'nothing-at-first' && authorizations.length === 1)) return;
    if (options.token !== null && request.headers.authorization !== `Bearer ${options.token}`) {
      response.writeHead(401, { 'www-authenticate': 'Bearer' }).end('{"error":"a token is needed"}');
    } else if (request.url?.endsWith('.tgz')) {
      response.end(archive);
    } else {
      const { host } = request.headers;
      const dist = {
        tarball: `http://${host}/@kiosk/stamp/-/stamp-1.0.0.tgz`,
        integrity,
        shasum: createHash('sha1').update(archive).digest('hex'),
      };
      const version = { name: '@kiosk/stamp', version: '1.0.0', dist };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ name: '@kiosk/stamp', 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': version } }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    integrity,
    authorizations,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function packStamp(folder: string): Buffer {
  mkdirSync(join(folder, 'package'), { recursive: true });
  writeFileSync(join(folder, 'package/package.json'), '{"name":"@kiosk/stamp","version":"1.0.0"}');
  writeFileSync(join(folder, 'package/index.js'), 'module.exports = "stamped";\n');
  execFileSync('tar', ['-czf', 'stamp.tgz', 'package'], { cwd: folder });
  return readFileSync(join(folder, 'stamp.tgz'));
}
