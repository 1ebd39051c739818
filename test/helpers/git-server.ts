/** A git server over HTTP that does what real ones do on bad days. */
import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname } from 'node:path';

export interface BadDay {
  /** The pack stops after this many bytes: the connection is cut, or stands still until the server closes. */
  packEnds?: { afterBytes: number; by: 'cutting' | 'silence' };
  /** How often the pack ends so; later ones come whole. Always, when it is not said. */
  times?: number;
  /** `user:token` that is asked for. */
  credentials?: string;
  /** Everything is to be found elsewhere. */
  movedTo?: string;
  /** What every request is answered with, and in which words. */
  status?: number;
  says?: string;
}

export interface GitServer extends AsyncDisposable {
  /** Of the repository it serves. */
  readonly url: string;
  /** `<method> <path>`, and the credentials that came along, decoded. */
  readonly requests: readonly { line: string; credentials: string | null }[];
  /** The pack that is under way has reached its end, cut or silent. */
  readonly packEnded: Promise<void>;
}

/** Serves one bare repository by `git http-backend`, from 127.0.0.1. */
export async function serveRepository(repository: string, badDay: BadDay = {}): Promise<GitServer> {
  const requests: { line: string; credentials: string | null }[] = [];
  let endings = 0;
  const { promise: packEnded, resolve: endPack } = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    const header = request.headers.authorization?.replace(/^Basic /, '') ?? null;
    const credentials = header === null ? null : Buffer.from(header, 'base64').toString();
    requests.push({ line: `${request.method} ${request.url}`, credentials });
    if (badDay.status) return response.writeHead(badDay.status, { 'content-type': 'text/plain' }).end(badDay.says);
    if (badDay.credentials && credentials !== badDay.credentials)
      return response.writeHead(401, { 'www-authenticate': 'Basic realm="repository"' }).end();
    if (badDay.movedTo) return response.writeHead(302, { location: `${badDay.movedTo}${request.url?.replace(/^\/[^/]*/, '')}` }).end();
    const ends =
      request.url?.endsWith('/git-upload-pack') && endings < (badDay.times ?? Number.POSITIVE_INFINITY) ? badDay.packEnds : undefined;
    const reached = () => {
      endings += 1;
      endPack();
    };
    return answer(repository, request, response, ends && { ...ends, reached });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${basename(repository)}`,
    requests,
    packEnded,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Ending = NonNullable<BadDay['packEnds']> & { reached: () => void };

/** By the CGI protocol (RFC 3875): headers, an empty line, the body. */
function answer(repository: string, request: IncomingMessage, response: ServerResponse, ending: Ending | undefined): void {
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: dirname(repository),
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      REQUEST_METHOD: request.method,
      PATH_INFO: path,
      QUERY_STRING: query,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: String(request.headers['content-encoding'] ?? ''),
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  // Who has read enough closes; that is no trouble of ours.
  backend.stdin.on('error', () => undefined);
  request.pipe(backend.stdin);
  response.on('close', () => backend.kill());
  let head: Buffer | null = Buffer.alloc(0);
  let sent = 0;
  const send = (bytes: Buffer) => {
    const room = ending ? ending.afterBytes - sent : bytes.length;
    if (ending && isSmall(bytes, sent)) return void response.write(bytes);
    response.write(bytes.subarray(0, room));
    sent += bytes.length;
    if (!ending || sent < ending.afterBytes) return;
    backend.stdout.removeAllListeners('data');
    backend.stdout.pause();
    ending.reached();
    if (ending.by === 'cutting') response.write('', () => response.destroy());
  };
  backend.stdout.on('data', (chunk: Buffer) => {
    if (head === null) return send(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    for (const line of head.subarray(0, end).toString().split('\r\n')) {
      const [name = '', value = ''] = line.split(/: (.*)/);
      if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    const body = head.subarray(end + 4);
    head = null;
    if (body.length > 0) send(body);
  });
  backend.on('close', () => {
    if (!response.writableEnded && (!ending || sent < ending.afterBytes)) response.end();
  });
}

/** The list of refs and the talk about what is there come before the pack, and are let through. */
function isSmall(bytes: Buffer, sent: number): boolean {
  return sent === 0 && bytes.length < 4096;
}
